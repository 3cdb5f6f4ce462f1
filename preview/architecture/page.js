// The page works without this: it opens the part that a link leads to, and all of them in print.
"use strict";
const parts = [...document.querySelectorAll("details")];
const show = () => {
  const part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (part instanceof HTMLDetailsElement) {
    part.open = true;
    part.scrollIntoView();
    part.querySelector("summary").focus({ preventScroll: true });
  }
};
addEventListener("hashchange", show);
document.querySelectorAll('a[href^="#part-"]').forEach((link) => link.addEventListener("click", () => {
  if (link.getAttribute("href") === location.hash) show();
}));
show();
let closed = [];
addEventListener("beforeprint", () => {
  closed = parts.filter((part) => !part.open);
  closed.forEach((part) => { part.open = true; });
});
addEventListener("afterprint", () => closed.forEach((part) => { part.open = false; }));
const button = document.createElement("button");
button.type = "button";
button.textContent = "Open all";
button.addEventListener("click", () => {
  const open = parts.some((part) => !part.open);
  parts.forEach((part) => { part.open = open; });
  button.textContent = open ? "Close all" : "Open all";
});
document.getElementById("parts-title").after(button);
