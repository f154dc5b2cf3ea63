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

  -- On a selection, from the menu: words of the user's own, and an explanation.
  T.lua([[
    vim.diagnostic.reset()
    wanted = 'Rewrite...'
    vim.ui.select = function(items, options, choose)
      titles = {}
      for i, item in ipairs(items) do
        titles[i] = options.format_item and options.format_item(item) or item.title
        if titles[i]:find(wanted, 1, true) then return choose(item, i) end
      end
      choose(nil)
    end
    vim.ui.input = function(options, take) asked = options.prompt; take('use sum') end
  ]])
  T.keys('1GVj')
  T.lua('vim.lsp.buf.code_action()')
  check('what is wanted is asked for', vim.wait(15000, function() return T.lua('return asked') == 'Rewrite: ' end, 20), T.lua('return titles'))
  check('and done', T.line(2, '    return sum((a, b))'), T.look().lines)
  T.keys('<Esc>u1GVj')
  T.lua([[wanted = 'Explain this' vim.lsp.buf.code_action()]])
  check('an explanation is shown in a buffer', vim.wait(15000, function()
    return table.concat(T.look().lines, '\n'):find('It subtracts%.') ~= nil
  end, 20) or vim.inspect(T.messages(function(message) return message.method == 'window/showMessage' end)):find('It subtracts') ~= nil, T.look().lines)
end)
