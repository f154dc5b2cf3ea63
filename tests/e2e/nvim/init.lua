-- Configuration of the Neovim under test. FIMD_COMMAND and FIMD_SETTINGS are JSON; FIMD_CLIENT is "plugin" (ours, any
-- version), "native" (ours on top of Neovim 0.12's vim.lsp.inline_completion) or "own" (that alone, with the lines of the
-- README).
vim.o.swapfile, vim.o.ruler, vim.o.showmode = false, false, false
vim.o.shortmess = vim.o.shortmess .. 'I'
vim.o.expandtab, vim.o.shiftwidth = true, 2
local command = vim.fn.json_decode(os.getenv('FIMD_COMMAND'))
local settings = vim.fn.json_decode(os.getenv('FIMD_SETTINGS') or '{}')

if os.getenv('FIMD_CLIENT') == 'own' then
  vim.lsp.config('fimd', { cmd = command, init_options = settings })
  vim.lsp.enable('fimd')
  vim.lsp.inline_completion.enable()
  vim.keymap.set('i', '<Tab>', function()
    if not vim.lsp.inline_completion.get() then return '<Tab>' end
  end, { expr = true })
else
  vim.opt.runtimepath:prepend(os.getenv('FIMD_PLUGIN'))
  require('fimd').setup({ cmd = command, settings = settings, native = os.getenv('FIMD_CLIENT') == 'native' })
end
