#include "lsp/version.h"
