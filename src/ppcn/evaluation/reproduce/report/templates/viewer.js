// Before and after: one picture over the other up to a line that can be dragged, both enlarged and moved together.
for (const viewer of document.querySelectorAll(".viewer")) {
  const [frame, stage, after] = [".frame", ".stage", ".after"].map((name) => viewer.querySelector(name));
  const slider = viewer.querySelector("input");
  const buttons = viewer.parentElement.querySelectorAll("button.crop");
  let zoom = 1, x = 0, y = 0;

  function draw() {
    const { clientWidth: width, clientHeight: height } = frame;
    x = Math.min(0, Math.max(x, width * (1 - zoom)));
    y = Math.min(0, Math.max(y, height * (1 - zoom)));
    stage.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`;
    frame.style.touchAction = zoom > 1 ? "none" : "pan-y";
    viewer.style.setProperty("--split", `${slider.value}%`);
    viewer.style.setProperty("--cut", `${((width * slider.value) / 100 - x) / zoom}px`);
  }

  function enlarge(times, left, top) {
    const before = zoom;
    zoom = Math.min(16, Math.max(1, zoom * times));
    x = left - ((left - x) * zoom) / before;
    y = top - ((top - y) * zoom) / before;
    draw();
  }

  function choose(button) {
    after.src = button.dataset.whole;
    after.alt = viewer.querySelector("output").textContent = button.dataset.label;
    for (const other of buttons) other.setAttribute("aria-pressed", other === button);
  }

  slider.addEventListener("input", draw);
  for (const button of buttons) button.addEventListener("click", () => choose(button));
  for (const button of viewer.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => enlarge(+button.dataset.zoom, frame.clientWidth / 2, frame.clientHeight / 2));
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // a pinch on a touchpad; a plain wheel scrolls the page
    event.preventDefault();
    enlarge(Math.exp(-event.deltaY / 100), event.offsetX, event.offsetY);
  });
  frame.addEventListener("pointerdown", (event) => frame.setPointerCapture(event.pointerId));
  frame.addEventListener("pointermove", (event) => {
    if (!frame.hasPointerCapture(event.pointerId)) return;
    if (zoom > 1) [x, y] = [x + event.movementX, y + event.movementY];
    else slider.value = (100 * (event.clientX - frame.getBoundingClientRect().left)) / frame.clientWidth;
    draw();
  });
  addEventListener("resize", draw);
  choose(buttons[0]);
  draw();
}
