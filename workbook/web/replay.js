// The replay on Growth: its whole story is in the page (`ui/growth_replay.py`), so that going through the days asks nobody.
{
  const reduced = matchMedia("(prefers-reduced-motion: reduce)")
  const LONGEST = 30000 // milliseconds for the whole story, unless that makes a frame too short to see
  const SHORTEST_FRAME = 60, LONGEST_FRAME = 1100, MOST_SAID = 4

  const make = (parent, name, of = {}) => {
    const one = parent.appendChild(
      parent.namespaceURI.endsWith("svg") || name === "svg"
        ? document.createElementNS("http://www.w3.org/2000/svg", name)
        : document.createElement(name)
    )
    for (const [key, value] of Object.entries(of)) one.setAttribute(key, value)
    return one
  }
  // The last row that begins no later than this frame.
  const at = (rows, frame) => {
    let low = 0, high = rows.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (rows[middle][0] <= frame) low = middle + 1
      else high = middle
    }
    return rows[low - 1]
  }
  const fill = (words, of) => words.replace(/\{(\w+)\}/g, (whole, key) => of[key] ?? whole)

  const begin = root => {
    const { side, begin: began, days, who, seats, looks, radii, guides, me, lines, fills, words } = JSON.parse(root.dataset.replay)
    const last = days.length - 1, lastDay = days[last], half = side / 2
    // A day by how many came before it, in words.
    const inWords = day => {
      const on = new Date(Date.parse(began) + day * 86400000)
      return fill(words.date, { d: on.getUTCDate(), m: words.months[on.getUTCMonth()], y: on.getUTCFullYear() })
    }
    const frameOf = day => {
      let found = last
      while (days[found] > day) found--
      return found
    }
    const paper = root.querySelector(".replay-map"), below = root.querySelector(".replay-below")
    const [said, changed] = below.children
    paper.replaceChildren()
    const picture = make(paper, "svg", { viewBox: `${-half} ${-half} ${side} ${side}`, role: "img" })
    const rings = guides.map(r => make(picture, "circle", { class: "guide", r }))
    make(picture, "circle", { r: me[1], fill: me[3] })
    make(picture, "text", { "font-size": me[2], "font-weight": 600 }).textContent = me[0]
    const drawn = who.map(() => {
      const group = make(picture, "g", { class: "one" })
      return { group, circle: make(group, "circle"), letters: make(group, "text") }
    })
    const changes = days.map(() => [])
    for (const { n: name, k: steps, q: quiet } of who) {
      let before = -1
      for (const [frame, ring = -1] of steps) {
        if (ring !== before && ring >= 0) changes[frame].push(fill(words.here, { name, place: words.rings[ring] }))
        if (ring < 0 && before >= 0 && !quiet) changes[frame].push(fill(words.left, { name }))
        before = ring
      }
    }

    const write = (letters, row) => {
      if (letters.row === row) return
      letters.row = row
      const [, text = "", ...rest] = row ?? []
      const [x, y] = rest.length > 1 ? rest : [0, 0], size = rest.at(-1) ?? 0, parts = text.split("|")
      letters.replaceChildren()
      letters.setAttribute("font-size", size)
      parts.forEach((part, n) => {
        const line = { x, y: Math.round((y + (n - (parts.length - 1) / 2) * size * 1.16) * 10) / 10 }
        make(letters, "tspan", line).textContent = part
      })
    }
    let day = -1, playing = 0
    const show = to => {
      const now = frameOf(to), widths = at(radii, now), counts = [0, 0, 0]
      who.forEach((one, n) => {
        const { group, circle, letters } = drawn[n], [, ring, seat] = at(one.k, now) ?? []
        const here = ring !== undefined, was = group.classList.contains("here")
        group.setAttribute("class", here ? `one here${was ? "" : " new"}` : "one")
        if (!here) return
        counts[ring]++
        const [r, width, dash] = looks[widths[ring + 1]]
        group.style.transform = `translate(${seats[seat][0]}px, ${seats[seat][1]}px)`
        const look = { r, stroke: lines[ring], fill: fills[ring], "stroke-width": width, "stroke-dasharray": dash || "none" }
        for (const key in look) circle.setAttribute(key, look[key])
        write(letters, at(one.l, now))
      })
      rings.forEach((ring, n) => ring.setAttribute("stroke-dasharray", counts[n] ? "none" : "5 6"))
      day = to
      const called = inWords(day), shown = day === lastDay ? fill(words.today, { day: called }) : called
      const all = days[now] === day ? changes[now] : [], some = all.slice(0, MOST_SAID), count = all.length - some.length
      if (count) some.push(fill(words.more, { count }))
      const there = fill(words.map, { day: called, counts: words.rings.map((name, n) => `${name} ${counts[n]}`).join(", ") })
      said.textContent = shown
      changed.textContent = some.join(" ")
      picture.setAttribute("aria-label", there)
      slider.value = day
      slider.setAttribute("aria-valuetext", `${shown}. ${some.join(" ")} ${there}`)
      back.disabled = day === 0
      on.disabled = day === lastDay
    }

    const pause = () => {
      clearTimeout(playing)
      playing = 0
      play.textContent = words.play
    }
    const goOn = () => {
      if (!root.isConnected || day === lastDay) return pause()
      show(days[frameOf(day) + 1])
      playing = setTimeout(goOn, Math.min(LONGEST_FRAME, Math.max(SHORTEST_FRAME, LONGEST / days.length)))
    }
    const slider = make(root, "input", { type: "range", min: 0, max: lastDay, step: 1, "aria-label": words.slider })
    const row = make(root, "div", { class: "replay-row" })
    const button = (kind, text, press) => {
      const one = make(row, "button", { type: "button", class: `replay-${kind}` })
      one.textContent = text
      one.onclick = press
      return one
    }
    // The change before this day, or the next one.
    const change = by => {
      pause()
      const now = frameOf(day)
      show(by > 0 ? days[Math.min(last, now + 1)] : days[now] < day ? days[now] : days[Math.max(0, now - 1)])
    }
    const step = by => () => {
      below.setAttribute("aria-live", "polite") // by the slider the day is said already, and while playing nothing is
      change(by)
    }
    const back = button("back", "‹", step(-1))
    const play = button("play", words.play, () => {
      below.setAttribute("aria-live", "off")
      if (playing) return pause()
      if (day === lastDay) show(0)
      play.textContent = words.pause
      playing = setTimeout(goOn, 400)
    })
    const on = button("on", "›", step(1))
    back.setAttribute("aria-label", words.back)
    on.setAttribute("aria-label", words.on)
    slider.oninput = () => {
      pause()
      below.setAttribute("aria-live", "off")
      show(Number(slider.value))
    }
    slider.onkeydown = pressed => {
      const by = { PageUp: 1, PageDown: -1 }[pressed.key]
      if (!by) return
      pressed.preventDefault()
      below.setAttribute("aria-live", "off")
      change(by)
    }
    const calm = () => {
      play.hidden = reduced.matches
      if (reduced.matches) pause()
    }
    reduced.addEventListener("change", calm)
    calm()
    slider.hidden = row.hidden = last === 0
    show(lastDay)
  }

  new MutationObserver(() => {
    for (const root of document.querySelectorAll("[data-replay]:not([data-drawn])")) {
      root.dataset.drawn = ""
      begin(root)
    }
  }).observe(document, { subtree: true, childList: true })
}
