-- Installed as a package, fimd starts with its defaults unless the user's own configuration has set it up before.
if vim.g.loaded_fimd == nil then require('fimd').setup() end
