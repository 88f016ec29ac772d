"""A hub for a class on one machine: jupyterhub -f deploy/jupyterhub_config.py (docs/teach.md says what it needs).

As it stands it is for trying out, at http://127.0.0.1:8000, and it is what tests/classroom/test_hub.py runs. Two
settings are not for a real class, and are marked; the others are.
"""

import os
from pathlib import Path

c = get_config()  # noqa: F821  # JupyterHub gives it to this file

c.JupyterHub.bind_url = os.environ.get("CLASS_URL", "http://127.0.0.1:8000")  # nobody else's machine reaches it

# NOT FOR A CLASS: whoever knows the one password can enter under every name. Take your university's login instead
# (oauthenticator, or ltiauthenticator for a learning platform), or what The Littlest JupyterHub brings.
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = os.environ["CLASS_PASSWORD"]  # at least 8 characters
c.Authenticator.allowed_users = set(os.environ["CLASS_NAMES"].split())

# NOT FOR A CLASS: all servers run in one account, so a student's code can read everybody's files. Take SystemdSpawner
# (an account and a limit of memory for each) or DockerSpawner (a container for each, with the image of ./Dockerfile).
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = os.environ.get("CLASS_HOMES", "/tmp/class") + "/{username}"

c.Spawner.cmd = [str(Path(__file__).resolve().parent / "start-student")]
c.Spawner.default_url = "/lab/tree/dlcourse-notebooks/00_start_here.ipynb"
c.Spawner.environment = {
    "DLCOURSE_PREDICTIONS": os.environ.get("DLCOURSE_PREDICTIONS", "on"),  # off: experiments ask nobody to predict
    "OMP_NUM_THREADS": "1",  # else each kernel takes as many threads as the machine has cores
}
c.Spawner.mem_limit = "1536M"  # kept by the spawners for a class, and shown by none for trying out
c.Spawner.args = [
    "--MappingKernelManager.cull_idle_timeout=3600",  # a kernel at which nothing ran for an hour ends
    "--MappingKernelManager.cull_connected=True",  # also where its page was left open
]
c.Spawner.start_timeout = 120
c.Spawner.http_timeout = 120
c.JupyterHub.concurrent_spawn_limit = 20  # a class that logs in at once waits in line
c.JupyterHub.cleanup_servers = True  # a hub that is stopped leaves no server behind
