-- Turns the marks of our own templates into document structure. Data never reaches this filter as markup: its
-- punctuation is escaped before, so it arrives as plain strings, which pandoc's writers escape for their format.

local html = FORMAT:match("html") ~= nil
local LONG_LIST = 10  -- the PDF lists figures or tables if there are more than this
local LONG_TABLE, LONG_TEXT = 24, 2000  -- a table with more rows or letters may break across pages

-- What has a number, by identifier and in order: its kind, its number, the target of links to it, its caption.
local entries, order, counts = {}, {}, { Figure = 0, Table = 0, Equation = 0 }

local function typst_string(text)
  return '"' .. text:gsub("\\", "\\\\"):gsub('"', '\\"') .. '"'
end

local function raw(text)
  return pandoc.RawBlock("typst", text)
end

-- Attributes of an element that scrolls if it is wider than the screen: it can have the focus, so that the keyboard can
-- scroll it. They are a list, because the order of a Lua table changes from run to run.
local function region(name)
  return { { "role", "region" }, { "tabindex", "0" }, { "aria-label", name } }
end

-- ::: page — content of the page alone. It has no numbers, so both media count in the same way.
local function page(div)
  if not html then return {} end
  local function unnumbered(element) element.classes:insert("page") return element end
  return div:walk({
    Table = function(element) if not element.classes:includes("matrix") then return unnumbered(element) end end,
    Div = function(inner) if inner.classes:includes("figure") then return unnumbered(inner) end end,
  }).content
end

-- ::: paper — content of the PDF alone.
local function paper(div)
  return html and {} or div.content
end

local function media(div)
  local part = ({ page = page, paper = paper })[div.classes[1]]
  return part and part(div)
end

-- `x`{.math} and `x`{.display}: formulas of our own templates. A formula with an identifier gets a number.
local function formula(code)
  if code.classes:includes("math") then return pandoc.Math("InlineMath", code.text) end
  if not code.classes:includes("display") then return nil end
  local display = pandoc.Math("DisplayMath", code.text)
  if code.identifier == "" then return display end
  counts.Equation = counts.Equation + 1
  local shown = "(" .. counts.Equation .. ")"
  entries[code.identifier] = { shown = shown, target = code.identifier }
  if html then
    local attributes = region("Equation " .. shown)
    return pandoc.Span({ display, pandoc.Span({ pandoc.Str(shown) }) }, pandoc.Attr(code.identifier, { "equation" }, attributes))
  end
  return { pandoc.RawInline("typst", '#[#set math.equation(numbering: "(1)");'), display,
    pandoc.RawInline("typst", " <" .. code.identifier .. ">]") }
end

local function drawing(image)
  local file = assert(io.open(PANDOC_STATE.resource_path[1] .. "/" .. image.src))
  local svg = assert(file:read("a"):match("<svg.*"), image.src .. " holds no drawing")
  file:close()
  local alternative = pandoc.utils.stringify(image.caption):gsub("&", "&amp;"):gsub('"', "&quot;"):gsub("<", "&lt;")
  return pandoc.RawInline("html", (svg:gsub("^<svg", '<svg role="img" aria-label="' .. alternative .. '"', 1)))
end

local function prefix_caption(shown, caption)
  caption:insert(1, pandoc.Strong({ pandoc.Str(shown .. ".") }))
  caption:insert(2, pandoc.Space())
end

-- Give an element its number, in its caption and for references to it.
local function number(kind, identifier, caption)
  counts[kind] = counts[kind] + 1
  local shown = kind .. "\u{a0}" .. counts[kind]
  entries[identifier] = { kind = kind, shown = shown, target = identifier, caption = caption:clone() }
  order[#order + 1] = entries[identifier]
  prefix_caption(shown, caption)
  return shown
end

-- ::: figure — an image with its alternative text, then the caption as a paragraph. A third paragraph may hold the names
-- of its series: a reader of the page can hide each of them.
local on_paper = nil  -- a figure of the PDF that the page shows as the matrix after it

local function figure(div)
  local image, caption, series = div.content[1].content[1], div.content[2].content, div.content[3]
  if not div.classes:includes("page") then number("Figure", div.identifier, caption) end
  if html and div.classes:includes("paper") then
    on_paper = entries[div.identifier]
    return {}
  end
  local content
  if html then
    content = drawing(image)
  else
    local alternative = typst_string(pandoc.utils.stringify(image.caption))
    local width = div.classes:includes("small") and "62%" or "100%" -- a small figure keeps the size of its letters
    content = pandoc.RawInline("typst", "#image(" .. typst_string("/" .. image.src:match("[^/]+$")) ..
      ", width: " .. width .. ", alt: " .. alternative .. ")")
  end
  local blocks = { pandoc.Plain({ content }) }
  if html and series then blocks[2] = pandoc.Div({ pandoc.Plain(series.content) }, pandoc.Attr("", { "series" })) end
  return pandoc.Figure(blocks, { pandoc.Plain(caption) }, pandoc.Attr(div.identifier))
end

-- ::: finding — a plain sentence, and the statistics behind it: the page shows them on a click, the PDF in small print.
local function finding(div)
  local sentence = table.remove(div.content, 1)
  if #div.content == 0 then
    local whole = pandoc.Para(sentence.content)
    return html and pandoc.Div({ whole }, pandoc.Attr("", { "finding" })) or { whole }
  end
  if not html then
    div.content:insert(1, raw("#statistics["))
    div.content:insert(raw("]"))
    div.content:insert(1, pandoc.Para(sentence.content))
    return div.content
  end
  local shown = pandoc.write(pandoc.Pandoc({ pandoc.Plain(sentence.content) }), "html")
  div.content:insert(1, pandoc.RawBlock("html", '<details class="finding"><summary>' .. shown .. "</summary>"))
  div.content:insert(pandoc.RawBlock("html", "</details>"))
  return div.content
end

-- ::: details — the first paragraph is always visible, and a click opens the rest. The PDF shows everything; there, a table
-- needs no heading besides its caption.
local function details(div)
  local summary = table.remove(div.content, 1)
  if html then
    local shown = pandoc.write(pandoc.Pandoc({ pandoc.Plain(summary.content) }), "html")
    div.content:insert(1, pandoc.RawBlock("html", "<details><summary>" .. shown .. "</summary>"))
    div.content:insert(pandoc.RawBlock("html", "</details>"))
  elseif not div.content:find_if(function(block) return block.t == "Table" end) then
    div.content:insert(1, raw("#block(sticky: true)["))
    div.content:insert(2, pandoc.Para({ pandoc.Strong(summary.content) }))
    div.content:insert(3, raw("]"))
  end
  return div.content
end

-- Content that a function of page.typ formats: a document with highlights, a warning, what must stay in place or together.
-- Some of these are formatted on the page too.
local function typst_function(name, on_page)
  return function(div)
    if html then return not on_page and div.content or nil end
    div.content:insert(1, raw("#" .. name .. "["))
    div.content:insert(raw("]"))
    return div.content
  end
end

-- ::: beside — two tables, side by side in the PDF.
local function beside(div)
  if html or #div.content ~= 2 or div.content[1].t ~= "Table" or div.content[2].t ~= "Table" then return div.content end
  return { raw("#beside["), div.content[1], raw("]["), div.content[2], raw("]") }
end

-- ::: commands — each paragraph is a command.
local function commands(div)
  local lines = {}
  for _, paragraph in ipairs(div.content) do
    lines[#lines + 1] = pandoc.utils.stringify(paragraph)
  end
  return pandoc.CodeBlock(table.concat(lines, "\n"))
end

local marks = { figure = figure, finding = finding, onepage = typst_function("onepage", true), details = details, beside = beside, commands = commands, panel = typst_function("panel", true),
  banner = typst_function("banner", true), inplace = typst_function("inplace"), keep = typst_function("keep"), headlines = typst_function("headlines", true) }

local function heading_cells(rows, scope, only_first)
  for _, row in ipairs(rows) do
    for place, cell in ipairs(row.cells) do
      if place == 1 or not only_first then cell.attr.attributes.scope = scope end
    end
  end
end

-- The first row heads the columns, the first cell of each other row heads that row.
local function mark_headings(element)
  heading_cells(element.head.rows, "col", false)
  for _, body in ipairs(element.bodies) do
    body.row_head_columns = 1
    heading_cells(body.body, "row", true)
  end
end

local function scrolling(element, name)
  return pandoc.Div({ element }, pandoc.Attr("", { "scroll" }, region(name)))
end

-- A table that fits on a page is not broken; a longer one continues on the next page, with its headings repeated.
local function long_table(element)
  local rows = 0
  for _, body in ipairs(element.bodies) do rows = rows + #body.body end
  if rows <= LONG_TABLE and #pandoc.utils.stringify(element) <= LONG_TEXT then return element end
  return { raw("#[#show figure: set block(breakable: true)"), element, raw("]") }
end

-- A matrix is for the page alone and replaces the figure before it: its cells show an explanation when pointed at.
local function matrix(element, caption)
  mark_headings(element)
  for _, body in ipairs(element.bodies) do
    for _, row in ipairs(body.body) do
      for place, cell in ipairs(row.cells) do
        local last = place > 1 and cell.contents[1] and cell.contents[1].content:at(-1)
        if last and last.t == "Span" and last.classes:includes("tip") then cell.attr.attributes.tabindex = "0" end
      end
    end
  end
  local name = pandoc.utils.stringify(caption)
  if on_paper then
    name = on_paper.shown
    on_paper.target = element.identifier
    prefix_caption(name, caption)
  end
  on_paper = nil
  return scrolling(element, name)
end

local function number_table(element)
  local caption = element.caption.long[1] and element.caption.long[1].content or pandoc.Inlines({})
  if element.classes:includes("matrix") then return matrix(element, caption) end
  local name = pandoc.utils.stringify(caption)
  if not element.classes:includes("page") then name = number("Table", element.identifier, caption) end
  if not html then return long_table(element) end
  mark_headings(element)
  return scrolling(element, name)
end

local function apply_mark(div)
  local mark = marks[div.classes[1]]
  return mark and mark(div)
end

-- [x]{.removed} and [x]{.added}: text that an edit removed or added. [x]{.towards .level-3} (.against, .attended): the
-- strength of a token. The templates of page and PDF give each mark a look that does not need colour.
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

-- The words of a caption before its first full stop, colon or semicolon outside brackets.
local function opening(caption)
  local short, open = pandoc.Inlines({}), 0
  for _, part in ipairs(caption) do
    local text = part.t == "Str" and part.text or ""
    open = open + select(2, text:gsub("%(", "")) - select(2, text:gsub("%)", ""))
    local before = open == 0 and text:match("^(.*)[.:;]$")
    short:insert(before and pandoc.Str(before) or part)
    if before then break end
  end
  return short
end

local function list_of(kind)
  local blocks = pandoc.Blocks({ raw("#heading(level: 1, outlined: false)[" .. kind .. "s]") })
  for _, entry in ipairs(order) do
    if entry.kind == kind then
      local line = opening(entry.caption)
      prefix_caption(entry.shown, line)
      line:insert(1, pandoc.RawInline("typst", "#list-entry(<" .. entry.target .. ">)["))
      line:insert(pandoc.RawInline("typst", "]"))
      blocks:insert(pandoc.Plain(line))
    end
  end
  return blocks
end

-- Put `blocks` in place of a part of the document, and return what it held.
local function take(doc, class, blocks)
  for place, block in ipairs(doc.blocks) do
    if block.t == "Div" and block.classes:includes(class) then
      doc.blocks:remove(place)
      for offset, each in ipairs(blocks) do doc.blocks:insert(place + offset - 1, each) end
      return block.content
    end
  end
  return {}
end

-- ::: cover — content of the first page, below the title. ::: contents — the place of the contents in the PDF, and of the
-- lists of figures and tables.
local function parts(doc)
  if html then
    take(doc, "contents", {})
    return doc
  end
  local lists = pandoc.Blocks({})
  for _, kind in ipairs({ "Figure", "Table" }) do
    if counts[kind] > LONG_LIST then lists:extend(list_of(kind)) end
  end
  lists:insert(1, raw("#contents["))
  lists:insert(raw("]"))
  doc.meta.cover = pandoc.MetaBlocks(take(doc, "cover", {}))
  take(doc, "contents", lists)
  return doc
end

-- [](#table-x): a reference that shows the number of its target. A [sentence]{.refer} with a reference is left out if the
-- report does not have the target.
local function dangling(link)
  return #link.content == 0 and not entries[link.target:sub(2)]
end

local function resolve(link)
  local entry = #link.content == 0 and entries[link.target:sub(2)]
  if entry then
    link.content = { pandoc.Str(entry.shown) }
    link.target = "#" .. entry.target
    return link
  end
end

local function drop_dangling(span)
  if not span.classes:includes("refer") then return nil end
  return span.content:find_if(function(part) return part.t == "Link" and dangling(part) end) and {} or span.content
end

local function refuse_dangling(link)
  if dangling(link) then error("nothing has the name " .. link.target) end
end

-- In Typst, `-1` becomes a minus sign and `...` an ellipsis. In a cell or a mark, `= x`, `+ x`, `/ x: y` and `1. x` begin
-- headings and lists, which pandoc does not escape there. A string literal shows its text as it is.
local special = { "%-", "%.%.", "^=+$", "^[+/]$", "^%d+%.$" }

local function literal(element)
  if html then return nil end
  local found = false
  for _, pattern in ipairs(special) do found = found or element.text:find(pattern) ~= nil end
  if found then
    return pandoc.RawInline("typst", "#" .. typst_string(element.text) .. ";")
  end
end

-- Numbers come before references to them. Literals come last, because the other steps cannot read raw Typst.
return {
  { Code = formula, Div = media },
  { Span = mark, Div = apply_mark, Table = number_table, Pandoc = parts },
  { Link = resolve },
  { Span = drop_dangling },
  { Link = refuse_dangling, Str = literal },
}
