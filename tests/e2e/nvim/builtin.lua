-- No model server at all: the text comes from the file itself, and is the same as the command line gives.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local check, keys = T.check, T.keys

T.run(function()
  local content = {
    'def area(shape):',
    '    width = shape.get("width")',
    '    height = shape.get("height")',
    '    if width is None or height is None:',
    '        raise ValueError("shape without size")',
    '    return width * height',
    '',
    '',
    'def edge(shape):',
    '    width = shape.get("width")',
    '    hei^',
  }
  local path = T.open('shapes.py', content)
  local told = vim.fn.system(('"$FIMD" complete %s:11:8 --provider builtin 2>/dev/null'):format(vim.fn.shellescape(path)))
  local first = vim.split(told, '\n', { plain = true })[1]
  check('the command line has a suggestion', vim.v.shell_error == 0 and first ~= '', told)
  T.insert()
  check('the editor shows the same', T.row(11, '    hei' .. first), T.look().rows)
  keys('<Tab>')
  check('Tab inserts it', T.line(11, '    hei' .. first), T.look().lines)
  keys('<Esc>:write<CR>')
  local saved = vim.wait(15000, function() return vim.fn.readfile(path)[11] == '    hei' .. first end, 20)
  check('the file holds it', saved, vim.fn.readfile(path))
end)
