// The question before an experiment. Answered, it folds to one line; question and explanation open on request.

function makePrediction(parent, prediction, model, send, answered) {
  const box = element("div", "dlcourse-prediction", parent);
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", "Prediction");
  const line = element("div", "dlcourse-answered", box, { hidden: true });
  const said = element("span", "dlcourse-said", line);
  const open = (name, part) => {
    const made = element("button", "dlcourse-button", line, { type: "button", textContent: name });
    made.addEventListener("click", () => unfold(part, part.hidden));
    return made;
  };
  const question = element("div", "dlcourse-question", box, { innerHTML: prediction.question });
  const choices = element("div", "dlcourse-choices", question);
  const outcome = element("div", "dlcourse-outcome", box, { hidden: true });
  outcome.setAttribute("role", "status");
  const toggles = new Map([[outcome, open("What happened?", outcome)], [question, open("Question", question)]]);
  const again = element("button", "dlcourse-button", line, { type: "button", textContent: "Ask again" });
  again.addEventListener("click", () => send({ type: "ask again" }));
  const buttons = prediction.choices.map((html, index) => choice(html, index));
  const skip = choice("Skip", -1);
  let chosen = null;
  let here = false; // whether it is answered in this view: then the reader's place is kept

  function choice(html, index) {
    const made = element("button", "dlcourse-button dlcourse-choice", choices, { type: "button", innerHTML: html });
    made.addEventListener("click", () => {
      here = true;
      send({ type: "choose", index });
    });
    return made;
  }
  function unfold(part, shown) {
    part.hidden = !shown;
    const toggle = toggles.get(part);
    toggle.setAttribute("aria-expanded", String(shown));
    if (part === outcome) toggle.textContent = shown ? "Hide" : "What happened?";
  }
  function told(content) {
    const waits = content.chosen === null;
    const asked = waits && content.required;
    [...buttons, skip].forEach((button, index) => {
      button.disabled = !waits;
      button.classList.toggle("dlcourse-chosen", content.chosen === (index < buttons.length ? index : -1));
    });
    if (chosen !== content.chosen || line.hidden === !asked) {
      line.hidden = asked;
      unfold(question, asked);
      unfold(outcome, false);
      toggles.get(outcome).hidden = again.hidden = waits;
      said.innerHTML = waits
        ? "A question to predict first"
        : content.chosen < 0 ? "Skipped" : `You predicted: <b>${plainly(prediction.plain[content.chosen])}</b>`;
      outcome.innerHTML = content.outcome ?? "";
      typeset(model, outcome);
      typeset(model, said);
      said.title = said.textContent; // where the line is too short for it
    }
    chosen = content.chosen;
    if (here && !waits) answered();
    here = false;
  }
  typeset(model, question);
  return { told, lock: (locked) => [...buttons, skip, again].forEach((button) => (button.disabled = locked || (button !== again && chosen !== null))) };
}

function plainly(text) {
  const box = document.createElement("span");
  box.textContent = text;
  return box.innerHTML;
}
