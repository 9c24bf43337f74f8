-- Turns the few marks that our own templates use into document structure. Data never reaches this filter as markup:
-- its punctuation is escaped before, so it arrives as plain strings and pandoc's writers escape it for their format.

local html = FORMAT:match("html") ~= nil
local figures, tables = 0, 0

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function drawing(image)
  local file = assert(io.open(PANDOC_STATE.resource_path[1] .. "/" .. image.src))
  local svg = assert(file:read("a"):match("<svg.*"), image.src .. " holds no drawing")
  file:close()
  local alternative = pandoc.utils.stringify(image.caption):gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;")
  return pandoc.RawInline("html", (svg:gsub("^<svg", '<svg role="img" aria-label="' .. alternative .. '"', 1)))
end

local function numbered(kind, number, inlines)
  if html then
    inlines:insert(1, pandoc.Strong({ pandoc.Str(kind .. "\u{a0}" .. number .. ".") }))
    inlines:insert(2, pandoc.Space())
  end
  return inlines
end

-- ::: figure — an image whose description is its alternative text, then the caption as a paragraph. Where a paragraph
-- with the names of its series follows, a reader of the page can hide them one by one.
local function figure(div)
  local image = div.content[1].content[1]
  figures = figures + 1
  if html and div.classes:includes("paper") then return {} end  -- the page shows the same as a matrix
  local caption = numbered("Figure", figures, div.content[2].content)
  local content, series = nil, div.content[3]
  if html then
    content = drawing(image)
  else
    local alternative = typst_string(pandoc.utils.stringify(image.caption))
    content = pandoc.RawInline("typst", "#image(" .. typst_string("/" .. image.src:match("[^/]+$")) ..
      ", width: 100%, alt: " .. alternative .. ")")
  end
  local blocks = { pandoc.Plain({ content }) }
  if html and series then blocks[2] = pandoc.Div({ pandoc.Plain(series.content) }, pandoc.Attr("", { "series" })) end
  return pandoc.Figure(blocks, { pandoc.Plain(caption) }, pandoc.Attr(div.identifier))
end

-- ::: details — the first paragraph stays in sight, the rest opens on demand; on paper all is shown.
local function details(div)
  local summary = table.remove(div.content, 1)
  if not html then
    div.content:insert(1, pandoc.RawBlock("typst", "#block(sticky: true)["))
    div.content:insert(2, pandoc.Para({ pandoc.Strong(summary.content) }))
    div.content:insert(3, pandoc.RawBlock("typst", "]"))
    return div.content
  end
  local shown = pandoc.write(pandoc.Pandoc({ pandoc.Plain(summary.content) }), "html")
  div.content:insert(1, pandoc.RawBlock("html", "<details><summary>" .. shown .. "</summary>"))
  div.content:insert(pandoc.RawBlock("html", "</details>"))
  return div.content
end

-- ::: landscape — wide tables turn their page.
local function landscape(div)
  if html then return div.content end
  div.content:insert(1, pandoc.RawBlock("typst", "#page(flipped: true)["))
  div.content:insert(pandoc.RawBlock("typst", "]"))
  return div.content
end

-- ::: panel — a document with its highlights stands in a frame.
local function panel(div)
  if html then return nil end
  div.content:insert(1, pandoc.RawBlock("typst", "#panel["))
  div.content:insert(pandoc.RawBlock("typst", "]"))
  return div.content
end

-- ::: page — what only the page has.
local function page(div)
  return html and div.content or {}
end

-- ::: commands — each paragraph is a line to type.
local function commands(div)
  local lines = {}
  for _, paragraph in ipairs(div.content) do
    lines[#lines + 1] = pandoc.utils.stringify(paragraph)
  end
  return pandoc.CodeBlock(table.concat(lines, "\n"))
end

local marks = { figure = figure, details = details, landscape = landscape, commands = commands, panel = panel, page = page }

local function heading_cells(rows, scope, only_first)
  for _, row in ipairs(rows) do
    for place, cell in ipairs(row.cells) do
      if place == 1 or not only_first then cell.attr.attributes.scope = scope end
    end
  end
end

-- The first row heads the columns, the first cell of each other row heads that row.
local function headed(element)
  heading_cells(element.head.rows, "col", false)
  for _, body in ipairs(element.bodies) do
    body.row_head_columns = 1
    heading_cells(body.body, "row", true)
  end
end

local function framed(element, name)
  -- Attributes as a list keep their order: a Lua table would shuffle them from run to run.
  local attributes = { { "role", "region" }, { "tabindex", "0" }, { "aria-label", name } }
  return pandoc.Div({ element }, pandoc.Attr("", { "scroll" }, attributes))
end

-- A table that fits on a page stays whole; a longer one runs on, with its heading repeated.
local function long_table(element)
  local rows = 0
  for _, body in ipairs(element.bodies) do rows = rows + #body.body end
  if rows <= 24 then return element end
  return { pandoc.RawBlock("typst", "#[#show figure: set block(breakable: true)"), element, pandoc.RawBlock("typst", "]") }
end

-- A matrix is of the page alone, in place of the figure before it: its cells explain themselves when pointed at.
local function matrix(element)
  if not html then return {} end
  headed(element)
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do
      for place, cell in ipairs(row.cells) do
        local last = place > 1 and cell.contents[1] and cell.contents[1].content:at(-1)
        if last and last.t == "Span" and last.classes:includes("tip") then cell.attr.attributes.tabindex = "0" end
      end
    end
  end
  numbered("Figure", figures, element.caption.long[1].content)
  return framed(element, "Figure " .. figures)
end

local function number_table(element)
  if element.classes:includes("matrix") then return matrix(element) end
  tables = tables + 1
  if element.caption.long[1] then
    numbered("Table", tables, element.caption.long[1].content)
  end
  if not html then return long_table(element) end
  headed(element)
  return framed(element, "Table " .. tables)
end

local function apply_mark(div)
  local mark = marks[div.classes[1]]
  return mark and mark(div)
end

-- [x]{.removed} and [x]{.added}: what an edit took out and put in; [x]{.towards .level-3} (.against, .attended): how
-- strongly a token speaks. The page templates give each mark a look that needs no colour.
local edits = { removed = "del", added = "ins" }
local highlights = { towards = true, against = true, attended = true }

local function mark(span)
  local name = span.classes[1]
  local level = (span.classes[2] or ""):match("^level%-(%d)$")
  if html then
    if not edits[name] then return nil end
    span.content:insert(1, pandoc.RawInline("html", "<" .. edits[name] .. ">"))
    span.content:insert(pandoc.RawInline("html", "</" .. edits[name] .. ">"))
    return span.content
  end
  if not edits[name] and not (highlights[name] and level) then return nil end
  span.content:insert(1, pandoc.RawInline("typst", "#" .. name .. (level and "(" .. level .. ")" or "") .. "["))
  span.content:insert(pandoc.RawInline("typst", "];"))
  return span.content
end

-- `x`{.math} and `x`{.display}: formulas of our own templates.
local function formula(code)
  if code.classes:includes("math") then return pandoc.Math("InlineMath", code.text) end
  if code.classes:includes("display") then return pandoc.Math("DisplayMath", code.text) end
end

-- In Typst markup `-1` becomes a minus sign and `...` an ellipsis, and in a cell or a mark, where pandoc does not escape
-- them, `= x`, `+ x`, `/ x: y` and `1. x` begin headings and lists; a string literal shows what it holds.
local special = { "%-", "%.%.", "^=+$", "^[+/]$", "^%d+%.$" }

local function literal(element)
  if html then return nil end
  local found = false
  for _, pattern in ipairs(special) do found = found or element.text:find(pattern) ~= nil end
  if found then
    return pandoc.RawInline("typst", "#" .. typst_string(element.text) .. ";")
  end
end

-- Literals come last: what is turned into a raw piece of Typst is no longer text to the other steps.
return { { Code = formula }, { Span = mark, Div = apply_mark, Table = number_table }, { Str = literal } }
