-- What rarely comes from fimd itself, with a scripted server: several candidates, the built-in menu beside ghost text, a
-- plugin that wraps the keys, and code actions.
local T = dofile(vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h') .. '/driver.lua')
local check, keys = T.check, T.keys
local own_drawing = os.getenv('FIMD_CLIENT') == 'plugin'

local function candidates()
  T.open('choice.txt', { '^', 'below' })
  T.insert()
  check('one candidate is shown by itself', T.row(1, 'return one;'))
  keys('<M-]>')
  check('the next key shows the second of three', T.row(1, 'return two(); (2/3)'))
  keys('<M-]>')
  check('then the third', T.row(1, 'return three; (3/3)'))
  keys('<M-[>')
  check('the previous key goes back', T.row(1, 'return two(); (2/3)'))
  keys('<M-Right>')
  check('a part of the chosen one is taken', T.line(1, 'return'))
  if own_drawing then check('it stays the chosen one', T.row(1, 'return two(); (2/3)')) end
  keys('<Esc>')
  T.open('whole.txt', { '^' })
  T.insert()
  check('one candidate in another file', T.row(1, 'return one;'))
  keys('<M-[>')
  check('before the first comes the last', T.row(1, 'return three; (3/3)'))
  keys('<Tab>')
  check('Tab takes the chosen one', T.line(1, 'return three;'))
  local taken = vim.wait(15000, function()
    return #T.messages(function(message) return message.method == 'workspace/executeCommand'
      and message.params.arguments[1] == 'return three;' end) == 1
  end, 20)
  check('the server is told which', taken)
  keys('<Esc>')
end

-- Ghost text belongs to the text of the buffer; an entry that the menu has put there is part of it.
local function menu()
  T.lua([[vim.o.completeopt = 'menuone,noselect']])
  T.open('menu.txt', { 'retry', 'return', 'ret^' })
  T.insert()
  check('ghost text before the menu is there', T.row(3, 'return one;'))
  keys('<C-x><C-n>')
  check('the menu opens', vim.wait(15000, function() return T.call('nvim_call_function', 'pumvisible', {}) == 1 end, 20))
  check('ghost text stays beside the menu', T.row(3, 'return one;'))
  keys('<C-n>')
  check('an entry that fits keeps the ghost text or brings it again', T.wait(function(look)
    return look.lines[3] ~= 'ret' and (look.lines[3] == 'retry' and look.rows[3] == 'retry' or look.rows[3] == 'return one;')
  end), T.look().rows)
  if T.look().lines[3] == 'retry' then keys('<C-n>') end
  check('the entry "return" is selected', T.line(3, 'return'))
  check('its ghost text is shown', T.row(3, 'return one;'))
  keys('<Tab>')
  check('Tab takes it while the menu is open', T.line(3, 'return one;'))
  keys('<Esc>')
  if not own_drawing then return end

  T.lua([[vim.o.completeopt = 'menuone,noinsert']])
  T.open('noinsert.txt', { 'retry', 'return', 'ret^' })
  T.insert()
  check('ghost text before the second menu', T.row(3, 'return one;'))
  keys('<C-x><C-n>')
  check('an entry that is only selected hides it', T.row(3, 'ret'))
  keys('<C-e>')
  check('it is there again without the menu', T.row(3, 'return one;'))
  keys('<Esc>')
end

-- nvim-cmp replaces a mapping by its own, which opens no menu of Neovim's but a floating window, and falls back to the
-- earlier mapping under another name.
local function wrapped_keys()
  T.lua([[
    open_menus = {}
    function open_menu()
      local buffer = vim.api.nvim_create_buf(false, true)
      vim.api.nvim_buf_set_lines(buffer, 0, -1, false, { 'retry' })
      open_menus[1] = vim.api.nvim_open_win(buffer, false, { relative = 'cursor', row = 1, col = 0, width = 8, height = 1,
        style = 'minimal', noautocmd = true })
    end
    function close_menu()
      vim.api.nvim_win_close(open_menus[1], true)
      open_menus = {}
    end
    local earlier = vim.tbl_filter(function(each) return each.lhs == '<Tab>' end, vim.api.nvim_get_keymap('i'))[1]
    vim.api.nvim_set_keymap('i', '<Plug>(menu.fallback)', '', { expr = true, noremap = earlier.noremap == 1,
      callback = earlier.callback, replace_keycodes = earlier.replace_keycodes == 1 or nil })
    vim.keymap.set('i', '<Tab>', function()
      if #open_menus > 0 then
        menu_moved = (menu_moved or 0) + 1
      else
        vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes('<Plug>(menu.fallback)', true, true, true), 'im', false)
      end
    end)
  ]])
  T.open('wrapped.txt', { 'ret^' })
  T.insert()
  check('ghost text with wrapped keys', T.row(1, 'return one;'))
  T.lua('open_menu()')
  keys('<Tab>')
  check('Tab moves in the plugin\'s menu while that is open', vim.wait(15000, function() return T.lua('return menu_moved') == 1 end, 20))
  check('and takes nothing', T.look().lines[1] == 'ret', T.look().lines)
  check('ghost text stays beside the floating menu', T.row(1, 'return one;'))
  T.lua('close_menu()')
  keys('<Tab>')
  check('Tab takes the ghost text when it is closed', T.line(1, 'return one;'))
  keys('<Tab>')
  check('and is a Tab after that', T.wait(function(look) return look.lines[1]:find('^return one;%s+$') ~= nil end), T.look().lines)
  keys('<Esc>')
end

-- What a checker says of the line goes along, although it is no language server.
local function actions()
  T.open('action.txt', { '\240\159\153\130 wrong^', 'fine' })
  T.lua([[
    local checker = vim.api.nvim_create_namespace('checker')
    vim.diagnostic.set(checker, 0, {
      { lnum = 0, col = 5, end_lnum = 0, end_col = 10, message = 'no such word', severity = 1, source = 'checker', code = 'W7' },
      { lnum = 1, col = 0, end_lnum = 1, end_col = 4, message = 'of another line', severity = 2 } })
    vim.ui.select = function(items) offered = vim.tbl_map(function(item) return (item.action or item[2]).title end, items) end
    vim.lsp.buf.code_action()
  ]])
  local asked
  check('code actions are asked for', vim.wait(15000, function()
    asked = T.messages(function(message) return message.method == 'textDocument/codeAction' end)[1]
    return asked ~= nil
  end, 20))
  local given = asked and asked.params.context.diagnostics or {}
  check('with what the checker says of the line, and nothing else', #given == 1 and given[1].message == 'no such word'
    and given[1].source == 'checker' and given[1].severity == 1, given)
  check('in the protocol\'s columns', given[1] and vim.deep_equal(given[1].range,
    { start = { line = 0, character = 3 }, ['end'] = { line = 0, character = 8 } }), given)
  check('the action is offered', vim.wait(15000, function() return vim.deep_equal(T.lua('return offered'), { 'no such word' }) end, 20),
    T.lua('return offered'))
end

T.run(function()
  candidates()
  menu()
  wrapped_keys()
  if own_drawing then actions() end
end)
