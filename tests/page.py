"""What publish/report.html is in a browser, and whether its colours can be read.

usage: page.py colours FILE.css             contrast of every pair of colours, light, dark and print
       page.py distribution OUT CHART RATE  groups from 0 on are the numerator of RATE, all of them
                                            its denominator
       page.py browser OUT LEAST [PICTURES] OUT/publish/report.html in Chromium, at two widths, with
                                            at least so many figures; PICTURES: a folder for
                                            screenshots

Expected values come from compute/indicators.csv of the same run, and the contrast from the formula
of WCAG 2.1. Prints what is wrong and exits 1.
"""
import base64
import csv
import os
import re
import sys

WIDTHS = (1280, 390)
MAX_BYTES = 500_000
TEXT, SHAPE = 4.5, 3.0
# What stands on what: text at least 4.5 : 1, shapes that carry meaning at least 3 : 1.
PAIRS = [
    ("ink", "paper", TEXT), ("quiet", "paper", TEXT), ("accent", "paper", TEXT),
    ("mark", "paper", TEXT), ("ink", "surface", TEXT), ("ink", "track", TEXT),
    ("quiet", "track", TEXT), ("accent", "surface", TEXT),
] + [("part%d" % i, "paper", SHAPE) for i in range(5)]

wrong = []


def expect(condition, *text):
    if not condition:
        wrong.append(" ".join(str(t) for t in text))


# --- colours ---

def luminance(colour):
    """Relative luminance of #rrggbb (WCAG 2.1)."""
    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a, b):
    x, y = sorted((luminance(a), luminance(b)))
    return (y + 0.05) / (x + 0.05)


def colours(path):
    assert abs(contrast("#000000", "#ffffff") - 21) < 1e-9
    assert abs(contrast("#777777", "#ffffff") - 4.48) < 0.005  # the example everybody knows
    text = open(path, encoding="utf-8").read()
    palettes = re.findall(r":root \{(.*?)\}", text, re.S)
    expect(len(palettes) == 3, "palettes:", len(palettes), "instead of light, dark, print")
    for name, palette in zip(("light", "dark", "print"), palettes):
        colour = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", palette))
        for fore, back, least in PAIRS:
            c = contrast(colour[fore], colour[back])
            expect(c >= least, "%s: %s on %s is %.2f : 1, needs %s" % (name, fore, back, c, least))
    rest = re.sub(r":root \{.*?\}", "", text, flags=re.S)
    expect(not re.search(r"#[0-9a-f]{3,8}\b(?!\s*\{)", rest), "a colour outside the palettes")


# --- the distribution ---

def distribution(out, chart, rate):
    path = os.path.join(out, "compute", "distributions.csv")
    groups = [r for r in csv.DictReader(open(path, encoding="utf-8", newline="")) if r["chart"] == chart]
    whole = [r for r in figures(out) if r["id"] == rate and not r["org"] and not r["month"]][0]
    expect(len(groups) > 2, "groups:", len(groups))
    late = sum(int(r["rows"]) for r in groups if r["high"] and int(r["high"]) < 0)
    every = sum(int(r["rows"]) for r in groups)
    expect(every == int(whole["denominator"]), every, "rows,", whole["denominator"], "cases")
    expect(every - late == int(whole["numerator"]), every - late, "not late,", whole["numerator"])


# --- the browser ---

def start():
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common import utils

    class Local(Service):
        """Asked for by its number: where there is no /etc/hosts, nobody knows localhost."""
        service_url = property(lambda self: "http://127.0.0.1:%d" % self.port)

        def is_connectable(self):
            return utils.is_connectable(self.port, "127.0.0.1")

    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--force-color-profile=srgb", "--hide-scrollbars", "--disable-background-networking",
                 "--remote-debugging-pipe"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(service=Local("/usr/bin/chromedriver"), options=options)


def open_at(driver, url, width):
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
        "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600})
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source":
        "window.violations = []; document.addEventListener('securitypolicyviolation',"
        " e => window.violations.push(e.violatedDirective + ' ' + e.blockedURI));"})
    driver.get(url)


def figures(out):
    path = os.path.join(out, "compute", "indicators.csv")
    return list(csv.DictReader(open(path, encoding="utf-8", newline="")))


def check_figures(driver, rows, least):
    """Every figure of the whole, in the tables and on the cards."""
    whole = {r["id"]: r for r in rows if not r["org"] and not r["month"]}
    seen = {e["id"]: e for e in driver.execute_script(
        "return [...document.querySelectorAll('tbody tr[id]')].map(r => ({id: r.id,"
        " text: r.querySelector('td.main').textContent,"
        " value: r.querySelector('td.main').dataset.v}))")}
    expect(sorted(seen) == sorted(whole), "figures:", sorted(set(seen) ^ set(whole)))
    expect(len(seen) >= least, "only", len(seen), "figures")
    for i in seen:
        expect(seen[i]["text"] == whole[i]["printed"], i, seen[i]["text"], whole[i]["printed"])
        expect(seen[i]["value"] == whole[i]["value"], i, seen[i]["value"], whole[i]["value"])
    cards = driver.execute_script(
        "return [...document.querySelectorAll('.card')].map(c => [c.querySelector('[data-figure]')"
        ".dataset.figure, c.querySelector('[data-figure]').textContent, c.textContent])")
    for i, printed, text in cards:
        expect(printed == whole[i]["printed"], "card", i, printed)
        if whole[i]["prior"]:
            expect(whole[i]["prior"].rstrip("0").rstrip(".") in text, "card", i, "lacks last year")
    return len(seen), len(cards)


ROWS = ("return [...document.querySelectorAll(arguments[0] + ' tbody tr')]"
        ".map(r => { const c = r.cells[arguments[1]];"
        " return c.dataset.v === undefined ? c.textContent.trim() : c.dataset.v; })")


def check_sorting(driver):
    """By mouse and by keyboard: order, aria-sort, nothing lost."""
    from selenium.webdriver.common.keys import Keys
    table = "#orgs ~ .scroll table"
    heads = driver.find_elements("css selector", table + " thead th button")
    expect(len(heads) > 1, "no heading to sort the departments by")
    before = driver.execute_script(ROWS, table, 1)
    for press, order in ((lambda b: b.click(), "descending"),
                         (lambda b: b.send_keys(Keys.ENTER), "ascending")):
        press(heads[1])
        now = [float(v) for v in driver.execute_script(ROWS, table, 1) if v]
        expect(now == sorted(now, reverse=order == "descending"), "not", order, now)
        said = driver.execute_script("return [...document.querySelectorAll(arguments[0] +"
                                     " ' thead th')].map(h => h.getAttribute('aria-sort'))", table)
        expect(said[1] == order and not any(s for i, s in enumerate(said) if i != 1), "aria-sort", said)
    expect(sorted(before) == sorted(driver.execute_script(ROWS, table, 1)), "sorting lost a row")
    driver.execute_script("arguments[0].focus()", heads[0])
    heads[0].send_keys(Keys.SPACE)
    expect(driver.execute_script("return document.activeElement === arguments[0]", heads[0]),
           "the heading lost the focus")


def check_structure(driver):
    run = driver.execute_script
    expect(run("return document.documentElement.lang"), "no lang")
    expect(run("return document.querySelectorAll('header,main,footer,nav').length") == 4, "landmarks")
    levels = run("return [...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    expect(levels and levels[0] == 1 and levels.count(1) == 1, "headings begin with", levels[:1])
    expect(all(b <= a + 1 for a, b in zip(levels, levels[1:])), "a level of headings is left out")
    ids = run("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    expect(len(ids) == len(set(ids)), "an id stands twice")
    links = run("return [...document.querySelectorAll('a[href]')].map(a => a.getAttribute('href'))")
    expect(all(h[0] == "#" and h[1:] in ids for h in links), "a link leads nowhere:", links)
    pictures = run("return [...document.querySelectorAll('svg')].map(s => [s.getAttribute('role'),"
                   " s.querySelector('title').textContent, s.querySelector('desc').textContent,"
                   " s.getAttribute('aria-labelledby').split(' ')"
                   ".every(i => document.getElementById(i))])")
    expect(all(p[0] == "img" and p[1] and p[2] and p[3] for p in pictures), "an SVG without words")
    expect(not run("return [...document.querySelectorAll('*')].some(e => [...e.attributes]"
                   ".some(a => a.name.startsWith('on') || a.name === 'style'))"), "inline code")
    expect(run("return [...document.querySelectorAll('.scroll')].every(s => s.tabIndex === 0 &&"
               " s.getAttribute('aria-label'))"), "a box that scrolls is not reached by keyboard")
    return len(pictures)


def check_width(driver, width):
    run = driver.execute_script
    wide = run("return document.documentElement.scrollWidth")
    expect(wide <= width, "the page is", wide, "wide at", width)
    beyond = run("return [...document.querySelectorAll('svg text')].filter(t => {"
                 " const r = t.getBoundingClientRect(), s = t.ownerSVGElement.getBoundingClientRect();"
                 " return r.left < s.left - 2 || r.right > s.right + 2; }).map(t => t.textContent)")
    expect(not beyond, "texts beyond their picture at", width, beyond[:5])


def check_quiet(driver, url):
    """No message of the console, no violation of the policy, no request but for the page itself."""
    log = [e["message"] for e in driver.get_log("browser")]
    expect(not log, "console:", log[:5])
    expect(not driver.execute_script("return window.violations"), "policy violated:",
           driver.execute_script("return window.violations"))
    expect(not driver.execute_script("return window.intruder"), "a text became a script")
    asked = re.findall(r'"Network.requestWillBeSent".*?"url":"(.*?)"',
                       "\n".join(e["message"] for e in driver.get_log("performance")))
    expect(all(u.startswith((url, "data:")) for u in asked), "requests:", asked)


def check_policy(driver, url):
    """The policy is alive: a script of somebody else's is refused."""
    driver.execute_script("const s = document.createElement('script');"
                          " s.textContent = 'window.intruder = 1'; document.body.append(s)")
    expect(not driver.execute_script("return window.intruder"), "a foreign script was run")
    driver.get_log("browser")


def picture(driver, folder, name):
    size = driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
    shot = driver.execute_cdp_cmd("Page.captureScreenshot", {
        "captureBeyondViewport": True,
        "clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}})
    open(os.path.join(folder, name + ".png"), "wb").write(base64.b64decode(shot["data"]))


def printed(driver, folder):
    pdf = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True,
                                                     "printBackground": True})
    open(os.path.join(folder, "print.pdf"), "wb").write(base64.b64decode(pdf["data"]))


def browser(out, least, pictures=None):
    path = os.path.abspath(os.path.join(out, "publish", "report.html"))
    size, url = os.path.getsize(path), "file://" + path
    expect(size < MAX_BYTES, size, "bytes")
    rows = figures(out)
    driver = start()
    try:
        for width in WIDTHS:
            open_at(driver, url, width)
            check_width(driver, width)
            counts = check_figures(driver, rows, int(least))
            charts = check_structure(driver)
            if pictures:
                picture(driver, pictures, str(width))
            check_sorting(driver)
            check_quiet(driver, url)
            check_policy(driver, url)
        if pictures:
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
                "features": [{"name": "prefers-color-scheme", "value": "dark"}]})
            open_at(driver, url, 1280)
            picture(driver, pictures, "dark")
            driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
            printed(driver, pictures)
    finally:
        driver.quit()
    print("%d bytes, %d figures, %d cards, %d pictures" % (size, *counts, charts))


if __name__ == "__main__":
    {"colours": colours, "distribution": distribution, "browser": browser}[sys.argv[1]](*sys.argv[2:])
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)
