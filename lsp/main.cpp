#include <cstdio>

#include "lsp/version.h"

int main() { std::printf("%s %s\n", fimd::lsp::kName, fimd::lsp::kVersion); }
