import "./style.css";

document.querySelector("#count").textContent = `${document.querySelectorAll("*").length} elements`;
