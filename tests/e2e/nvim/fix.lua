-- From a diagnostic through the code action to the repaired text, and back by undo.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local check = T.check

T.run(function()
  T.open('add.py', { 'def add(a, b):', '    return a - b^', '', '', 'print(add(1, 2))' })
  T.lua([[
    vim.diagnostic.set(vim.api.nvim_create_namespace('other'), 0,
      { { lnum = 1, col = 4, end_col = 16, message = 'add(1, 2) is -1', severity = vim.diagnostic.severity.ERROR } })
    -- The menu, answered with its first entry; what it showed is kept.
    vim.ui.select = function(items, options, choose)
      titles = {}
      for i, item in ipairs(items) do titles[i] = options.format_item and options.format_item(item) or item.title end
      choose(items[1], 1)
    end
  ]])
  -- The server is told of it by the plugin, which waits a moment.
  vim.wait(15000, function()
    return #T.messages(function(message) return message.method == 'fimd/diagnostics' and #message.params.diagnostics == 1 end) > 0
  end, 20)
  T.lua('vim.lsp.buf.code_action()')
  check('the menu names the diagnostic', vim.wait(15000, function()
    return vim.inspect(T.lua('return titles or {}')):find('Fix: add%(1, 2%) is %-1') ~= nil
  end, 20), T.lua('return titles or {}'))
  check('the model\'s change arrives', T.line(2, '    return a + b'))
  check('and nothing else has changed', table.concat(T.look().lines, '\n') == 'def add(a, b):\n    return a + b\n\n\nprint(add(1, 2))', T.look().lines)
  T.keys('<Esc>u')
  check('undo takes it back', T.line(2, '    return a - b'))
end)
