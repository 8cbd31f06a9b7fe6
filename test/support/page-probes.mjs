// What tests ask of an open page. These run in the browser, one by one: each stands alone, and knows no type of this program.

/**
 * What a chart has in the colour that a custom property names: how many pixels, and how far down the uppermost one is.
 * @param {{ chart: string, property: string }} asked
 * @returns {{ pixels: number, top: number }} `top` is 0 at the top and 1 at the bottom; 1 also where there is none
 */
export function findColour({ chart, property }) {
  const canvas = document.querySelector(`${chart} canvas`)
  if (canvas === null) return { pixels: 0, top: 1 }
  const hex = getComputedStyle(document.documentElement).getPropertyValue(property).trim()
  const wanted = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const found = { pixels: 0, top: 1 }
  for (let i = 0; i < data.length; i += 4) {
    if (!wanted.every((part, j) => data[i + j] === part)) continue
    if (found.pixels++ === 0) found.top = Math.floor(i / 4 / canvas.width) / canvas.height
  }
  return found
}

/**
 * Visible texts whose contrast with what they stand on is less than that.
 * @param {number} least
 * @returns {string[]}
 */
export function listDimTexts(least) {
  const parse = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const luminance = (colour) => {
    const [red, green, blue] = parse(colour).map((part) => {
      const share = part / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const ground = (element) => {
    if (element === null) return 'rgb(255, 255, 255)'
    const { backgroundColor } = getComputedStyle(element)
    return parse(backgroundColor)[3] === 0 ? ground(element.parentElement) : backgroundColor
  }
  const isText = (node) => node.nodeType === 3 && node.textContent.trim() !== ''
  const texts = [...document.querySelectorAll('body *')].filter(
    (element) => element.checkVisibility() && [...element.childNodes].some(isText),
  )
  if (texts.length < 50) return [`only ${texts.length} texts were found`]
  return texts.flatMap((element) => {
    const [a, b] = [luminance(getComputedStyle(element).color), luminance(ground(element))]
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    return contrast < least ? [`${contrast.toFixed(2)}: ${element.textContent}`] : []
  })
}

/**
 * Hides the page or shows it again, as far as its code can tell: a browser without a window hides none.
 * @param {boolean} isHidden
 */
export function hide(isHidden) {
  Object.defineProperty(document, 'hidden', { configurable: true, value: isHidden })
  document.dispatchEvent(new Event('visibilitychange'))
}

/** @returns {Promise<string[]>} each state of the connection from now until it is live again, and the banners meanwhile */
export const readConnections = () =>
  new Promise((resolve) => {
    const banner = document.querySelector('#banner')
    const seen = []
    const observer = new MutationObserver(() => {
      const { connection } = document.body.dataset
      seen.push(...[connection, banner.hidden ? '' : banner.textContent].filter((words) => words !== ''))
      if (connection !== 'live') return
      observer.disconnect()
      resolve([...new Set(seen)])
    })
    observer.observe(document.body, { attributes: true, attributeFilter: ['data-connection'] })
    observer.observe(banner, { attributes: true, childList: true })
  })

/** Every request has only so long from now on. @param {number} milliseconds */
export function shortenDeadlines(milliseconds) {
  const timeout = AbortSignal.timeout.bind(AbortSignal)
  AbortSignal.timeout = () => timeout(milliseconds)
}

/** @param {string} selector @returns {string} */
export const readPosition = (selector) => getComputedStyle(document.querySelector(selector)).position

/** @returns {number} milliseconds; 0 before */
export const readFirstPaint = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0

/** @returns {number} CSS pixels */
export const readScrollWidth = () => document.documentElement.scrollWidth

/** @param {string} selector @returns {boolean} */
export const hasFocus = (selector) => document.activeElement.matches(selector)

/** @returns {string} */
export const readFocusOutline = () => getComputedStyle(document.activeElement).outlineStyle
