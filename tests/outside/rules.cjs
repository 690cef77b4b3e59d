// What html-validate asks of our pages: all that it recommends, but for these.
module.exports = {
  root: true,
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    "doctype-style": ["error", { style: "lowercase" }],
    "form-dup-name": ["error", { shared: ["checkbox", "radio", "button", "submit"] }], // a list of files
    "no-redundant-for": "off", // voice control holds on to a label that says it twice
    "no-trailing-whitespace": "off", // nobody reads the source of a page
    "tel-non-breaking": "off", // the style sheet keeps a number on one line
  },
};
