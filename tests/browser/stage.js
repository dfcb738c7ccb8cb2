// The browser's side of a stage: models as anywidget hands them over, and a look at what they draw.
const models = new Map();
let last; // replies, which are large: sent once for many views

class Model {
  #listeners = new Map();
  constructor(id, traits) {
    Object.assign(this, { id, traits });
  }
  get = (name) => this.traits[name];
  on = (name, listener) => this.#of(name).add(listener);
  off = (name, listener) => this.#of(name).delete(listener);
  emit(name, value) {
    for (const listener of [...this.#of(name)]) listener(value);
  }
  take(messages) {
    for (const message of messages) {
      if (message.live) {
        this.traits.live = message.live;
        this.emit("change:live");
      } else this.emit("msg:custom", message);
    }
  }
  send(message) {
    if (this.replies) {
      const { request, ask } = message;
      const { error, [ask.op]: reply } = this.replies;
      if (ask.op !== "forget") setTimeout(() => this.take([{ request, ...(error === undefined ? { reply } : { error }) }]));
    } else if (!this.silent) window.toKernel(this.id, message).then((messages) => this.take(messages));
  }
  #of(name) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    return this.#listeners.get(name);
  }
}

// The loader, which gets this from the kernel, is tried in JupyterLab.
const { default: views } = await import("/widget.js");
const place = document.querySelector("#views");

/** Draw a model; `replies` answers it in place of the kernel, with an `error` in it always by that. */
async function show(id, traits, replies) {
  const model = new Model(id, { key: id, ...traits });
  model.replies = replies;
  const el = document.createElement("div");
  el.className = "output";
  el.id = id;
  place.append(el);
  const closed = views.initialize?.({ model });
  const removed = await views.render({ model, el });
  models.set(id, { model, el, close: () => [removed, closed].forEach((end) => end?.()) });
}

function remove(id) {
  const { el, close } = models.get(id);
  close();
  el.remove();
  models.delete(id);
}

/** Until the view has its answers and has stood still for three moments; one that never does is given up on. */
async function settled(el) {
  let still = 0;
  const watch = new MutationObserver(() => (still = 0));
  watch.observe(el, { subtree: true, childList: true, attributes: true, characterData: true });
  for (let tries = 0; tries < 100 && (still < 3 || el.querySelector("[aria-busy=true]")); tries++, still++)
    await new Promise((resolve) => setTimeout(resolve, 6));
  watch.disconnect();
}

/** What the view is made of: elements with the names of their attributes, and the shapes of their styles. */
function shape(el) {
  const found = new Set();
  for (const each of el.querySelectorAll("*")) {
    const tag = each.localName;
    found.add(tag);
    for (const { name, value } of each.attributes) {
      found.add(name === "style" ? `${tag} style=${value.replace(/-?[\d.]+(e[+-]?\d+)?/g, "0")}` : `${tag} ${name}`);
    }
  }
  return found;
}

/** What in the view could do harm, whatever was to be drawn. */
function wrong(el) {
  const said = [];
  for (const each of el.querySelectorAll("*")) {
    for (const { name, value } of each.attributes) {
      if (/^on/i.test(name)) said.push(`<${each.localName}> has ${name}`);
      if (/^(href|src|srcset|action|formaction|data|poster|xlink:href|ping)$/i.test(name) && !isHarmless(each, value))
        said.push(`<${each.localName} ${name}> is ${value.slice(0, 80)}`);
    }
    if (each.localName === "a" && !/noopener/.test(each.rel) && each.target === "_blank") said.push("<a> tells its opener");
  }
  return said;
}
const isHarmless = (each, value) =>
  each.localName === "a"
    ? /^(https?:\/\/|mailto:|blob:|#)/.test(value)
    : each.localName === "img" && /^(blob:|data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]*=*$)/.test(value);

/** A view keeps to the width of its output; what is wider scrolls in a place of its own, or is cut. */
function overflowing(el) {
  const said = [];
  const room = el.getBoundingClientRect().right + 1;
  if (el.scrollWidth > el.clientWidth) said.push(`it is ${el.scrollWidth - el.clientWidth} px wider than its output`);
  const contained = (each) => {
    for (let around = each.parentElement; around !== el; around = around.parentElement) {
      if (getComputedStyle(around).overflowX !== "visible") return true;
    }
    return false;
  };
  for (const each of el.querySelectorAll("*")) {
    const { right, width } = each.getBoundingClientRect();
    if (width > 0 && right > room && !contained(each)) {
      said.push(`<${each.localName} class="${each.className}"> reaches ${Math.round(right - room)} px beyond the output`);
      break;
    }
  }
  return said;
}

/** Look at everything that a person can open in the view; `look` is called with the name of each place. */
async function tour(el, look) {
  await settled(el);
  await look("as it comes");
  const names = [...el.querySelectorAll("[role=tab]")].map((tab) => tab.id);
  for (const name of names.length ? names : [undefined]) {
    if (name !== undefined) {
      document.getElementById(name)?.click();
      await settled(el);
      await look(`tab ${name.replace(/^.*-/, "")}`);
    }
    const cell = [...el.querySelectorAll("[role=gridcell]")].at(-1);
    if (cell) {
      cell.focus();
      cell.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
      cell.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
      await settled(el);
      await look("record");
    }
    for (const closed of el.querySelectorAll("summary, [aria-expanded=false]")) closed.click();
    await settled(el);
    await look("unfolded");
  }
}

/** Draw a view, open everything in it, and take it away again. */
async function sweep({ name, live, replies }, shapes) {
  const found = new Set();
  const seen = new Set();
  if (replies !== null) last = replies;
  await show(name, { live }, last);
  const { el } = models.get(name);
  await tour(el, (where) => {
    for (const said of wrong(el)) found.add(`${where}: ${said}`);
    for (const part of shape(el)) {
      seen.add(part);
      if (shapes && !shapes.includes(part)) found.add(`${where}: there is ${part}`);
    }
  });
  remove(name);
  return { found: [...found], seen: [...seen] };
}

/** The same with many, without opening anything, and how each keeps to its place. */
async function glance(views) {
  const results = [];
  for (const { name, live, replies } of views) {
    await show(name, { live }, replies);
    const { el } = models.get(name);
    await settled(el);
    results.push([...wrong(el), ...overflowing(el)]);
    remove(name);
  }
  return results;
}

window.harm = () => {
  window.harmed = true;
};
window.stage = { models, show, remove, settled, sweep, glance, wrong, overflowing };
document.body.dataset.ready = "";
