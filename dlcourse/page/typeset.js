function typeset(model, element) {}
