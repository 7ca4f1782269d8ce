window.__streamlit = { HOST_CONFIG: { blockErrorDialogs: true } }
// For each page it opens Streamlit would note in the browser, for good, which one that was; and that a menu stood open.
const keep = Storage.prototype.setItem
const isNoted = key => /^st(ActiveTheme|Sidebar)/.test(key)
Storage.prototype.setItem = function (key, value) {
  if (!isNoted(key)) keep.call(this, key, value)
}
for (const key of Object.keys(localStorage)) if (isNoted(key)) localStorage.removeItem(key)
// At an address with no page behind it Streamlit complains, and below another one it never finds its server.
if (!OUR_PAGES.includes(location.pathname.slice(1))) history.replaceState(null, "", "/")
// The address of an invitation is read once: what stood in it is no page to go back to.
const pushState = history.pushState
history.pushState = function (...where) {
  const read = location.pathname === "/join" && new URLSearchParams(location.search).has("t")
  return (read ? history.replaceState : pushState).apply(this, where)
}
const press = name => document.querySelector(`.st-key-${name} button`)?.click()
let wasConnected = false, waking = false, before = null, held = [], patience = 0
const app = () => document.querySelector("[data-testid=stApp]")?.dataset ?? {}
const isConnected = () => app().testConnectionState === "CONNECTED"
const isStill = () => app().testScriptState === "notRunning"
const answered = () => document.querySelector(".lost")?.dataset.woken
// A page that was half drawn is drawn anew with other nodes: what was pressed is found again by its name and its words.
const seen = () => document.querySelector(".st-key-step [data-testid=stHeading] h2")?.textContent
const boxed = button => [...button.closest('[class*="st-key-"]')?.classList ?? []].find(name => name.startsWith("st-key-"))
const asPressed = button => ({ button, box: boxed(button), words: button.textContent, on: seen(), choice: isChoice(button) })
const foundAgain = ({ button, box, words, on }) => {
  if (seen() !== on) return null  // it has led on already: pressed once more, it would leave out a page
  const fits = one => one.isConnected && boxed(one) === box && one.textContent === words
  const inBox = one => one.closest(`.${CSS.escape(box)}`)
  const others = box ? [...document.querySelectorAll(`.${CSS.escape(box)} :is(${PRESSABLE})`)].filter(fits) : []
  const alone = others.filter(one => inBox(one) === inBox(others[0])).length === 1  // of several nobody knows which it was
  return fits(button) ? button : alone ? others[0] : null
}
const pressedAgain = press => {
  const found = foundAgain(press)
  if (found) (found.matches(CHOICE) ? found.control : found).click()  // a press on its words alone moves no tick
}
// Of what was pressed while it waits, each choice counts once, and of all else the last.
const CHOICE = "label:has(input[type=checkbox], input[type=radio])"
const isChoice = button => button.matches(`${CHOICE}, [data-testid=stButtonGroup] *`)
const hold = press => {
  const same = one => one.button === press.button || (press.box && one.box === press.box && one.words === press.words)
  const all = [...held.filter(one => !same(one) && (one.choice || press.choice)), press]
  held = [...all.filter(one => one.choice), ...all.filter(one => !one.choice)]  // what leads on comes last
}
const awake = () => {
  if (!waking) return
  const waited = held
  waking = false
  held = []
  waited.forEach((press, number) => setTimeout(pressedAgain, 50 * number, press))
  if (!waited.length) beginAnew()
}
// The first page of a slow server may take long: while it is being drawn, what was pressed goes on waiting.
const lookAgain = (times = 12) => {
  if (times && !(isConnected() && isStill())) patience = setTimeout(lookAgain, 5000, times - isConnected())
  else awake()
}
// What was under way when the server went never ends: only a page drawn since then (`data-woken`) says it is back.
new MutationObserver(changes => {
  for (const { target } of changes) {
    const connected = target.dataset.testConnectionState === "CONNECTED"
    if (connected && wasConnected) {
      waking = true
      before = answered()
      setTimeout(press, 0, "back")
      clearTimeout(patience)
      patience = setTimeout(lookAgain, 20000)
    }
    wasConnected ||= connected
  }
}).observe(document, { subtree: true, attributeFilter: ["data-test-connection-state"] })
// A server that was started again knows no button before its first run: what is pressed meanwhile waits for it.
new MutationObserver(() => {
  if (waking && isStill() && answered() !== before) awake()
  else beginAnew()
}).observe(document, { subtree: true, attributeFilter: ["data-test-script-state", "data-woken"] })
// A part of the page that was lost on its way is never asked for again: then the page begins anew, and keeps its place.
let lacking = false
addEventListener("vite:preloadError", () => {
  lacking = true
  document.documentElement.dataset.lacking = ""
  setTimeout(beginAnew)
})
let asking = false  // a part may be lost because the server goes away just now, before its connection ends: then nothing would come
const beginAnew = async () => {
  const may = () => lacking && !waking && isConnected() && isStill()
  if (asking || !may()) return
  const since = Date.now() - (sessionStorage.begun ?? 0)
  if (since < 10000) return setTimeout(beginAnew, 10000 - since)
  asking = true
  const there = await fetch("/healthz", { cache: "no-store" }).then(answer => answer.ok, () => false)
  asking = false
  if (!there) return setTimeout(beginAnew, 1000)
  if (!may()) return
  lacking = false
  sessionStorage.begun = Date.now()
  location.reload()
}
// On a phone the names of the pages lie over the page: gone once one is chosen, or by Escape, and read out as they are called.
const lies = matchMedia("(max-width: 767px)")
const menuButton = () => document.querySelector("[data-testid=stExpandSidebarButton]")
const closeMenu = () => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click()
const isOpen = menu => menu?.dataset.collapsed === "false"
addEventListener("click", ({ target }) => {
  if (lies.matches && target.closest?.("[data-testid=stSidebarNavLink]")) setTimeout(closeMenu)
})
addEventListener("keydown", ({ key }) => {
  if (key === "Escape" && lies.matches && isOpen(document.querySelector("[data-testid=stSidebar]"))) closeMenu()
}, true)
new MutationObserver(changes => {
  const menu = changes.findLast(({ attributeName }) => attributeName)?.target
  if (menu && lies.matches) setTimeout(() => {
    if (isOpen(menu)) menu.querySelector("a")?.focus()
    else if (menu.contains(document.activeElement) || document.activeElement === document.body) menuButton()?.focus()
  })
  for (const button of [menuButton(), document.querySelector("[data-testid=stSidebarCollapseButton] button")]) {
    const word = button && getComputedStyle(button, "::after").content.replaceAll('"', "")
    if (word && word !== "none" && button.ariaLabel !== word) button.ariaLabel = word
  }
}).observe(document, { subtree: true, childList: true, attributeFilter: ["data-collapsed"] })
const phone = matchMedia("(max-width: 700px)")
// While an answer is owed the button stands there still: pressed again, it would end the run that it waits for.
let fitted = 0, fitLater = 0
const isOwed = () => "asked" in document.documentElement.dataset || !isStill()
const fit = () => {
  const button = document.querySelector(`.st-key-${phone.matches ? "narrow" : "wide"} button`)
  if (!button) return
  if (waking || (fitted && (isOwed() || Date.now() < fitted + 2000))) {
    fitLater ||= setTimeout(() => { fitLater = 0; fit() }, 500)
    return
  }
  fitted = Date.now()
  button.click()
}
new MutationObserver(fit).observe(document, { subtree: true, childList: true })
phone.addEventListener("change", fit)
// What is under a press may move away before it ends: leaving a field saves its words, and the page has more to say then.
// And a page drawn anew has another button in the place of the one pressed. What was pressed counts, not what is there now.
const PRESSABLE = "button, label, summary, a[href]"
const pressable = target => target.closest?.(PRESSABLE) ?? null
let begun = null, swallowed = 0
const begins = (button, at) => {
  begun = button && !button.closest(".st-key-back") ? { ...asPressed(button), at, waited: waking, stood: stands(button) } : null
}
const stands = button => [button.getBoundingClientRect().top, main()?.scrollTop ?? 0]
// Scrolled away it has not moved in the page, and where the page holds its place as more is drawn above, not on the glass.
const hasMoved = ({ button, stood: [top, scrolled] }) => {
  const [now, place] = stands(button)
  return Math.abs(now - top) > 1 && Math.abs(now + place - top - scrolled) > 1
}
const ends = (under, time, at) => {
  if (!begun) return
  const { button, waited } = begun
  if (under === button) return  // its click follows
  const isThere = button.isConnected && !(at && hasMoved(begun))
  const stayed = !at || Math.hypot(at[0] - begun.at[0], at[1] - begun.at[1]) < 20
  const gone = stayed && (waited || !isThere) && !(twice && button === pressed) ? begun : null
  begun = null
  if (!gone || !(waking || foundAgain(gone))) return
  if (at) swallowed = time + 400
  if (waking) hold(gone)
  else setTimeout(pressedAgain, 0, gone)
}
const isPlain = event => event.button === 0 && event.isPrimary && !event.ctrlKey && !event.metaKey && !event.shiftKey
addEventListener("pointerdown", event => {
  swallowed = 0
  begins(isPlain(event) && pressable(event.target), [event.x, event.y])
}, true)
addEventListener("pointerup", ({ pointerType, target, timeStamp, x, y }) => {
  // A finger belongs to what it touched first, wherever that goes meanwhile; its click goes to what is there now.
  const under = pointerType === "mouse" ? target : document.elementFromPoint(x, y)
  ends(under && pressable(under), timeStamp, [x, y])
}, true)
for (const kind of ["pointercancel", "contextmenu"]) addEventListener(kind, () => { begun = null }, true)
addEventListener("keydown", ({ key, target, repeat }) => { if (key === " " && !repeat) begins(target.closest?.("button")) }, true)
addEventListener("keyup", ({ key, target, timeStamp }) => { if (key === " ") ends(target.closest?.("button"), timeStamp) }, true)
// What was pressed counts already: the click on what has come into its place does not, however late it is handled.
for (const kind of ["mousedown", "mouseup", "click"]) addEventListener(kind, event => {
  if (!event.isTrusted || !event.detail || event.timeStamp > swallowed) return
  event.preventDefault()
  event.stopImmediatePropagation()
}, true)
// The second half of a double click would take back what the first half did, or do it twice. Steps are taken as quickly as one likes.
// A press that waits for the server waits as a whole: of one that was half seen, a choice would be made and taken back.
const WAITS = `button, ${CHOICE}`
const STEPS = ".replay-row, [data-testid=stNumberInput], [data-testid=stDateInputCalendar]"
const waits = target => {
  const button = target.closest?.(WAITS)
  return button && !button.closest(".st-key-back") ? button : null
}
let pressed = null, pressedAt = 0, twice = false
for (const kind of ["keydown", "keyup"]) addEventListener(kind, event => {
  const presses = event.key === "Enter" || event.key === " "
  if (waking && presses && waits(event.target)) event.stopImmediatePropagation()
}, true)
for (const kind of ["pointerdown", "pointerup", "mousedown", "mouseup", "click"]) addEventListener(kind, event => {
  const button = waits(event.target)
  if (!button) return
  if (kind === "pointerdown") {
    const soon = button === pressed && event.timeStamp < pressedAt + 400
    twice = isPlain(event) && soon && button.matches("button") && !button.closest(STEPS)
    if (isPlain(event) && !twice) pressed = button, pressedAt = event.timeStamp
  }
  const again = twice && (kind !== "click" || event.detail)  // a key's click counts none
  const waited = event.isTrusted && begun?.waited && begun.button === button
  const holds = waking && kind === "click" && (event.isTrusted || boxed(button))
  if (again || waited || holds) event.stopImmediatePropagation()
  if (kind !== "click") return
  if (again || waited || holds) event.preventDefault()
  const press = waited ? begun : asPressed(button)
  if (event.isTrusted) begun = null  // a press found again may come while the next one is under way
  if (again) return
  if (holds) hold(press)
  else if (waited) setTimeout(pressedAgain, 0, press)
}, true)
addEventListener("click", ({ isTrusted }) => { if (isTrusted) begun = null }, true)
addEventListener("input", () => { pressed = null }, true)  // something was done in between: no double click
// Another exercise was opened on the same page (`data-came` counts them): by keyboard or by ear one goes on from its
// heading, not from the button far below it. Where someone types already, they are left to it.
let came = ""
new MutationObserver(() => {
  const now = document.querySelector("[data-came]")?.dataset.came || came
  if (now === came || !isStill()) return
  came = now
  const heading = document.querySelector(".st-key-step [data-testid=stHeading] h2")
  if (!heading || document.activeElement?.matches("textarea, input")) return
  heading.tabIndex = -1
  heading.focus({ preventScroll: true })
}).observe(document, { subtree: true, childList: true, attributeFilter: ["data-came", "data-test-script-state"] })
// Whether the server owes an answer: if it takes longer than a moment, a line says so (`.slow`).
const send = WebSocket.prototype.send
WebSocket.prototype.send = function (data) {
  const page = document.documentElement
  page.dataset.asked = ""
  this.addEventListener("message", () => { delete page.dataset.asked }, { once: true })
  return send.call(this, data)
}
// What a field takes at the most: ten times what is kept of it, and at the door, where nobody is known yet, far less.
addEventListener("focusin", ({ target }) => {
  if (target.matches?.("textarea, input") && target.maxLength < 0) target.maxLength = idle(document) ? 200000 : 2000
})
// Half a sign, as a cut-off emoji leaves it, is no text: sent, it would end the connection each time anew.
for (const { prototype } of [HTMLInputElement, HTMLTextAreaElement]) {
  const value = Object.getOwnPropertyDescriptor(prototype, "value")
  const get = function () { return value.get.call(this)?.toWellFormed?.() ?? value.get.call(this) }
  Object.defineProperty(prototype, "value", { ...value, get })
}
// A field for names is emptied once the name is taken, but not where one types on: then what follows is the next name.
// Once the answer is there, what is added to a name that stayed belongs to it.
let entered = null
addEventListener("keydown", ({ key, target, isComposing, keyCode }) => {
  if (key !== "Enter" || isComposing || keyCode === 229) return  // what is being composed ends so
  if (!target.matches?.("input[type=text]") || lineOf(target)) return
  entered = { target, name: target.value, ends: isOwed() ? 2 : 1 }
  setTimeout(unlessOwed, 500, entered)
}, true)
// What the server has already is not sent again: then no answer comes, either.
const unlessOwed = one => {
  if (one !== entered) return
  if (isOwed()) setTimeout(unlessOwed, 500, one)
  else entered = null
}
new MutationObserver(() => {
  if (entered && isStill() && --entered.ends === 0) entered = null
}).observe(document, { subtree: true, attributeFilter: ["data-test-script-state"] })
addEventListener("focusout", () => { entered = null })
addEventListener("beforeinput", ({ target }) => {
  const added = target === entered?.target && target.value === entered.name && target.selectionStart === entered.name.length
  if (!added) entered = null
}, true)
addEventListener("input", ({ target }) => {
  const { name } = entered?.target === target ? entered : {}
  if (!name || !target.value.startsWith(name)) return entered = null
  const { set } = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")
  set.call(target, target.value.slice(name.length))  // past React's own, which would not see that it changed
}, true)
// Fields that save themselves (`workbook/typed.py`) stand in a box with a line that says whose words they hold
// (`data-kept`) and a mark of what is saved (`data-mark`). A field whose words have another mark is not saved.
const PAUSE = 800, A_MOMENT = 1000  // ms
const BY_THEMSELVES = 60000  // bytes that a browser sends for a page that is gone
const TAKEN = 500000  // bytes that the server takes at once
const page = document.documentElement
const boxOf = field => field.closest?.('[class*="st-key-prompt-"], [class*="st-key-kept-"]')
const lineOf = field => field.matches?.("textarea, input[type=text]") ? boxOf(field)?.querySelector("[data-kept]") : null
const mark = words => {
  let sum = -1
  for (let at = 0; at < 2 * words.length; at++) {
    sum ^= words.charCodeAt(at >> 1) >> 8 * (at & 1) & 255
    for (let bit = 0; bit < 8; bit++) sum = sum >>> 1 ^ (sum & 1 && 0xEDB88320)
  }
  return `${words.length}.${(~sum >>> 0).toString(16)}`
}
const isSaved = field => lineOf(field)?.dataset.mark === mark(field.value)
// Who listens to a page does not see what stands beside a field: that it is saved, and what hinders it, is said as well.
let saying
const say = words => {
  const line = document.querySelector("body > .told")
  if (!line || !words?.trim()) return
  line.textContent = ""  // the same words are said again only where they were gone in between
  clearTimeout(saying)
  saying = setTimeout(() => { line.textContent = words }, 100)
}
new MutationObserver(changes => {
  if (!navigator.userActivation?.hasBeenActive) return  // what a page came with is read as it stands
  for (const { addedNodes } of changes) for (const node of addedNodes) {
    const line = node.matches?.("p.trouble") ? node : node.querySelector?.("p.trouble")
    if (line) say(line.textContent)
  }
}).observe(document, { subtree: true, childList: true })
const touchedFields = new Map()  // what is on its way for each field that was typed into
let composing = false
const commit = field => {
  const state = touchedFields.get(field)
  clearTimeout(state.pause)
  if (composing || !field.isConnected || field.disabled || isSaved(field)) return show(field)
  state.sent = field.value
  const enter = new KeyboardEvent("keydown", { key: "Enter", keyCode: 13, ctrlKey: true, bubbles: true, cancelable: true })
  field.dispatchEvent(field.matches("textarea") ? enter : new FocusEvent("focusout", { bubbles: true }))
  show(field)
}
const show = field => {
  const state = touchedFields.get(field), box = boxOf(field)
  if (!box || !field.isConnected || isSaved(field)) {
    if (state && box && field.isConnected) say(lineOf(field)?.textContent)
    clearTimeout(state.pause)
    clearTimeout(state.moment)
    touchedFields.delete(field)
    delete box?.dataset.typed
  } else if (performance.now() >= state.since + A_MOMENT) {
    box.dataset.typed = state.sent === field.value ? "saving" : "waiting"
  }
}
addEventListener("input", ({ target }) => {
  if (!lineOf(target)) return
  const state = touchedFields.get(target) ?? { since: performance.now() }
  touchedFields.set(target, state)
  clearTimeout(state.pause)
  state.pause = setTimeout(commit, PAUSE, target)
  state.moment ??= setTimeout(show, A_MOMENT, target)
  if (boxOf(target).dataset.typed) show(target)
}, true)
// Half a character, as it is being composed, is not sent.
for (const kind of ["compositionstart", "compositionend"]) addEventListener(kind, ({ target }) => {
  composing = kind === "compositionstart"
  const state = touchedFields.get(target)
  if (!composing && state) clearTimeout(state.pause), state.pause = setTimeout(commit, PAUSE, target)
}, true)
const showAll = () => [...touchedFields.keys()].forEach(show)
new MutationObserver(showAll).observe(document, { subtree: true, childList: true, attributeFilter: ["data-mark"] })
// A run that ended and did not save it: it is not on its way any more.
new MutationObserver(changes => {
  if (!changes.some(({ target }) => target.dataset.testScriptState === "notRunning")) return
  for (const state of touchedFields.values()) delete state.sent
  showAll()
}).observe(document, { subtree: true, attributeFilter: ["data-test-script-state"] })
// What no answer has come for yet, in a form that can go by itself: the same words twice are stored once.
const unsaved = () => [...touchedFields].filter(([field]) => lineOf(field) && !isSaved(field)).map(([field, state]) => {
  if (state.named !== field.value) state.named = field.value, state.save = crypto.randomUUID()
  return { kept: lineOf(field).dataset.kept, words: field.value, save: state.save }
})
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
// As many as there is room for, the shortest first: one that is too long holds up no other.
const fitting = (words, bytes) => {
  const size = one => new Blob([JSON.stringify(one)]).size + 1
  let left = bytes - 100
  return words.map(one => [size(one), one]).sort(([one], [other]) => one - other).slice(0, 20)
    .filter(([size]) => (left -= size) > 0).map(([, one]) => one)
}
// What is to follow stands in the address: it is done whatever becomes of the words.
const tell = (then, words, more) => {
  const headers = { "content-type": "application/json" }
  return fetch(then ? `/keep?then=${then}` : "/keep", { method: "POST", headers, body: JSON.stringify({ words, zone }), ...more })
}
// Streamlit sends what was typed once its field is left: leaving the page leaves the field. Words that save themselves
// go by a request that outlives the page. For any other, and for very long ones, the page holds on for a blink:
// with the page goes the connection, and with that what is still on its way.
const leaveField = () => {
  const field = document.activeElement
  field?.dispatchEvent(new FocusEvent("focusout", { bubbles: true }))
  if (field && lineOf(field) && field.value.length < BY_THEMSELVES / 4) return
  const until = performance.now() + 200
  while ("asked" in page.dataset && performance.now() < until);
}
const sendUnsaved = signal => {
  const words = unsaved(), first = fitting(words, BY_THEMSELVES)
  const rest = fitting(words.filter(one => !first.includes(one)), TAKEN)
  if (first.length) tell("", first, { keepalive: true, signal }).catch(() => {})
  if (rest.length) tell("", rest, { signal }).catch(() => {})
}
let away = new AbortController()
addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") return away.abort(), look()  // newer words may follow
  away = new AbortController()
  for (const field of [...touchedFields.keys()]) commit(field)
  sendUnsaved(away.signal)
})
// Where someone is signed in (`data-idle`, in minutes) and nobody touches a page for that long, all of it is taken out
// of the document. It comes back once the server has drawn a cover in its place (`ui/idle.py`). Its other tabs count.
const shelf = document.createElement("div")
const tabs = new BroadcastChannel("n")
let touched = Date.now(), place = null, wasCovered = false
const idle = from => from.querySelector('[data-idle]:not([data-idle=""])')
const covers = () => document.querySelector(".st-key-cover")
const touch = event => {
  if (!event.isTrusted || Date.now() < touched + 1000) return
  if (look()) return
  touched = Date.now()
  tabs.postMessage("touched")
}
for (const kind of ["pointerdown", "keydown", "wheel", "touchmove"]) addEventListener(kind, touch, { capture: true, passive: true })
const look = () => {
  const late = !shelf.firstChild && idle(document) && Date.now() >= touched + 60000 * idle(document).dataset.idle
  if (late) tabs.postMessage("covered"), cover()
  return late
}
setInterval(look, 5000)
const cover = () => {
  if (shelf.firstChild || !idle(document)) return
  place = document.querySelector("[data-testid=stMain]")?.scrollTop ?? 0
  for (const field of [...touchedFields.keys()]) commit(field)
  leaveField()
  const words = unsaved()
  shelf.append(...document.body.children)
  begun = pressed = entered = null
  held = []
  const said = document.createElement("p")
  said.className = "covered"
  said.textContent = COVERED
  document.body.append(said)
  askForCover(words)
}
const askForCover = async words => {
  const told = await tell("cover", fitting(words, TAKEN)).then(answer => answer.ok || answer.status === 401, () => false)
  for (let tries = 0; tries < 20; tries++) {
    const owed = "asked" in page.dataset || !shelf.querySelector("[data-test-script-state=notRunning]")
    if (told && tries % 5 === 0 && (!tries || !owed)) shelf.querySelector(".st-key-back button")?.click()
    await new Promise(done => setTimeout(done, 250))
    if (told && !idle(shelf) && shelf.querySelector("[data-test-script-state=notRunning]")) return uncover()
  }
  askForCover(words)
}
const uncover = () => {
  document.body.replaceChildren(...shelf.children)
  covers()?.querySelector("input, button").focus()
}
tabs.onmessage = ({ data }) => {
  if (data === "touched") touched = Date.now()
  if (data === "covered") cover()
  if (data === "lifted" && covers()) press("back")
}
new MutationObserver(() => {
  wasCovered ||= !!covers()
  if (!wasCovered || covers() || !idle(document) || !document.querySelector("[data-test-script-state=notRunning]")) return
  const top = place
  wasCovered = false
  place = null
  touched = Date.now()
  tabs.postMessage("lifted")
  moved = false
  if (top !== null) setTimeout(backTo, 250, top)
}).observe(document, { subtree: true, childList: true, attributeFilter: ["data-test-script-state"] })
// A file that comes back goes up as it is; then the page looks at it (`web/bring.py`, `ui/bringing.py`).
addEventListener("change", async ({ target }) => {
  const what = target.dataset?.bring, file = target.files?.[0]
  if (!what || !file) return
  const said = target.parentElement.querySelector("[role=status]")
  if (file.size > target.dataset.most) return said.textContent = said.dataset.large, target.value = ""
  said.textContent = said.dataset.sending
  const headers = { "content-type": "application/octet-stream" }
  const answer = await fetch(`/bring?what=${what}`, { method: "POST", headers, body: file }).catch(() => null)
  target.value = ""
  if (answer?.ok || [413, 429].includes(answer?.status)) said.textContent = "", press("brought")
  else said.textContent = said.dataset.failed
}, true)
// Leaving signs out, and puts the other page in the place of this one: Back does not come here again.
addEventListener("click", event => {
  const link = event.target.closest?.("a.leave")
  if (!link) return
  event.preventDefault()
  const leave = words => tell("leave", words, { keepalive: true })
  leave(fitting(unsaved(), BY_THEMSELVES)).catch(() => leave([])).catch(() => {})
  touchedFields.clear()
  document.body.replaceChildren()
  location.replace(link.href)
}, true)
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) document.body.replaceChildren(), location.reload()
})
// The page scrolls inside a box whose place the browser forgets on a reload.
const main = () => document.querySelector("[data-testid=stMain]")
// A slow page is not yet as long as it was, and may fold once more: the place is held until it has stood for a moment.
// Whoever scrolls meanwhile goes where they like.
const backTo = (top, tries = 200, stood = 0) => {
  const page = main()
  const there = page && Math.abs(page.scrollTop - Math.min(top, page.scrollHeight - page.clientHeight)) <= 1
  if (page && !moved) page.scrollTop = top
  if (tries && !moved && stood < 10) setTimeout(backTo, 100, top, tries - 1, there && isStill() ? stood + 1 : 0)
}
let moved = false
for (const how of ["wheel", "touchmove", "keydown", "pointerdown"]) addEventListener(how, () => { moved = true }, { passive: true })
addEventListener("pagehide", () => {
  leaveField()
  sendUnsaved()
  try { sessionStorage.top = main()?.scrollTop ?? 0 } catch {}
})
try {
  const top = performance.getEntriesByType("navigation")[0]?.type === "reload" && +sessionStorage.top
  if (top) new MutationObserver((changes, watch) => {
    if (!document.querySelector(".st-key-foot")) return
    watch.disconnect()
    setTimeout(backTo, 250, top)  // once it has unfolded
  }).observe(document, { subtree: true, childList: true })
} catch {}
addEventListener("beforeunload", leaveField)
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(() => press("back"), 300))
