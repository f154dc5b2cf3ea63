// The table of languages and grammars. Node kinds are those of the pinned grammar versions; a kind that a grammar does
// not have is found by a test.
#include <array>

#include "grammars/registry.h"

namespace fimd::grammars {
namespace {

constexpr Grammar kBash{
    .name = "bash",
    .symbol = "tree_sitter_bash",
    .comments = {"comment"},
    .strings = {"string raw_string ansi_c_string translated_string heredoc_body"},
    .codes = {"command_substitution expansion arithmetic_expansion simple_expansion process_substitution"},
    .scopes = {"function_definition compound_statement do_group subshell if_statement case_statement"},
    .bodies = {"program compound_statement do_group subshell if_statement elif_clause else_clause case_statement "
               "case_item"},
};

constexpr Grammar kC{
    .name = "c",
    .symbol = "tree_sitter_c",
    .comments = {"comment"},
    .strings = {"string_literal char_literal system_lib_string"},
    .codes = {""},
    .scopes = {"function_definition struct_specifier union_specifier enum_specifier linkage_specification "
               "compound_statement"},
    .bodies = {"translation_unit compound_statement field_declaration_list declaration_list enumerator_list "
               "case_statement preproc_if preproc_ifdef preproc_else preproc_elif preproc_elifdef"},
};

constexpr Grammar kCpp{
    .name = "cpp",
    .symbol = "tree_sitter_cpp",
    .comments = {"comment"},
    .strings = {"string_literal char_literal raw_string_literal system_lib_string"},
    .codes = {""},
    .scopes = {"function_definition struct_specifier union_specifier enum_specifier class_specifier "
               "linkage_specification namespace_definition lambda_expression compound_statement"},
    .bodies = {"translation_unit compound_statement field_declaration_list declaration_list enumerator_list "
               "case_statement requirement_seq preproc_if preproc_ifdef preproc_else preproc_elif preproc_elifdef"},
    .calls_construct = true,
};

constexpr Grammar kCSharp{
    .name = "c_sharp",
    .symbol = "tree_sitter_c_sharp",
    .comments = {"comment"},
    .strings = {"string_literal character_literal verbatim_string_literal raw_string_literal "
                "interpolated_string_expression"},
    .codes = {"interpolation"},
    .scopes = {"namespace_declaration class_declaration struct_declaration interface_declaration enum_declaration "
               "record_declaration method_declaration constructor_declaration destructor_declaration "
               "operator_declaration conversion_operator_declaration property_declaration indexer_declaration "
               "accessor_declaration local_function_statement lambda_expression anonymous_method_expression block "
               "switch_body"},
    .bodies = {"compilation_unit declaration_list block enum_member_declaration_list accessor_list switch_body "
               "switch_section"},
};

constexpr Grammar kCss{
    .name = "css",
    .symbol = "tree_sitter_css",
    .comments = {"comment js_comment"},
    .strings = {"string_value"},
    .codes = {""},
    .scopes = {"rule_set at_rule media_statement supports_statement scope_statement keyframes_statement "
               "keyframe_block"},
    .bodies = {"stylesheet block keyframe_block_list"},
    .letters = "-",
};

constexpr Grammar kGo{
    .name = "go",
    .symbol = "tree_sitter_go",
    .comments = {"comment"},
    .strings = {"interpreted_string_literal raw_string_literal rune_literal"},
    .codes = {""},
    .scopes = {"function_declaration method_declaration func_literal struct_type interface_type block "
               "expression_switch_statement type_switch_statement select_statement"},
    .bodies = {"source_file statement_list field_declaration_list interface_type block import_spec_list "
               "var_spec_list const_declaration type_declaration expression_switch_statement type_switch_statement "
               "select_statement"},
};

constexpr Grammar kHtml{
    .name = "html",
    .symbol = "tree_sitter_html",
    .comments = {"comment"},
    .strings = {"quoted_attribute_value attribute_value"},
    .codes = {""},
    .scopes = {"element script_element style_element"},
    .bodies = {"document element script_element style_element"},
};

constexpr Grammar kJava{
    .name = "java",
    .symbol = "tree_sitter_java",
    .comments = {"line_comment block_comment"},
    .strings = {"string_literal character_literal"},
    .codes = {"string_interpolation"},
    .scopes = {"class_declaration interface_declaration enum_declaration record_declaration "
               "annotation_type_declaration method_declaration constructor_declaration "
               "compact_constructor_declaration static_initializer lambda_expression class_body block switch_block"},
    .bodies = {"program block class_body interface_body enum_body enum_body_declarations constructor_body "
               "annotation_type_body switch_block switch_block_statement_group module_body"},
    .letters = "$",
};

constexpr Grammar kJavascript{
    .name = "javascript",
    .symbol = "tree_sitter_javascript",
    .comments = {"comment html_comment hash_bang_line"},
    .strings = {"string template_string regex"},
    .codes = {"template_substitution"},
    .scopes = {"function_declaration function_expression generator_function generator_function_declaration "
               "arrow_function method_definition class_declaration class class_static_block statement_block "
               "switch_body"},
    .bodies = {"program statement_block class_body switch_body switch_case switch_default object"},
    .letters = "$",
};

constexpr Words kTypescriptScopes{
    "function_declaration function_expression generator_function generator_function_declaration arrow_function "
    "method_definition class_declaration abstract_class_declaration class class_static_block interface_declaration "
    "enum_declaration internal_module module statement_block switch_body"};
constexpr Words kTypescriptBodies{
    "program statement_block class_body interface_body object_type enum_body switch_body switch_case switch_default "
    "object"};

constexpr Grammar kTypescript{
    .name = "typescript",
    .symbol = "tree_sitter_typescript",
    .comments = {"comment html_comment hash_bang_line"},
    .strings = {"string template_string template_literal_type regex"},
    .codes = {"template_substitution template_type"},
    .scopes = kTypescriptScopes,
    .bodies = kTypescriptBodies,
    .letters = "$",
};

constexpr Grammar kTsx{
    .name = "tsx",
    .symbol = "tree_sitter_tsx",
    .comments = {"comment html_comment hash_bang_line"},
    .strings = {"string template_string template_literal_type regex"},
    .codes = {"template_substitution template_type"},
    .scopes = kTypescriptScopes,
    .bodies = kTypescriptBodies,
    .query = "typescript",
    .letters = "$",
};

constexpr Grammar kJson{
    .name = "json",
    .symbol = "tree_sitter_json",
    .comments = {"comment"},
    .strings = {"string"},
    .codes = {""},
    .scopes = {"object array"},
    .bodies = {"document object array"},
};

constexpr Grammar kLua{
    .name = "lua",
    .symbol = "tree_sitter_lua",
    .comments = {"comment hash_bang_line"},
    .strings = {"string"},
    .codes = {""},
    .scopes = {"function_declaration function_definition do_statement if_statement while_statement for_statement "
               "repeat_statement"},
    .bodies = {"chunk block"},
    .self = "self",
};

constexpr Grammar kPhp{
    .name = "php",
    .symbol = "tree_sitter_php",
    .comments = {"comment"},
    .strings = {"string encapsed_string heredoc nowdoc shell_command_expression"},
    .codes = {""},
    .scopes = {"namespace_definition class_declaration interface_declaration trait_declaration enum_declaration "
               "anonymous_class function_definition method_declaration anonymous_function arrow_function "
               "compound_statement switch_block match_block"},
    .bodies = {"program compound_statement declaration_list enum_declaration_list switch_block case_statement "
               "default_statement match_block colon_block property_hook_list"},
    .self = "$this",
};

constexpr Grammar kPython{
    .name = "python",
    .symbol = "tree_sitter_python",
    .comments = {"comment"},
    .strings = {"string"},
    .codes = {"interpolation"},
    .scopes = {"class_definition function_definition block"},
    .bodies = {"module block"},
    .self = "self",
    .calls_construct = true,
};

constexpr Grammar kRuby{
    .name = "ruby",
    .symbol = "tree_sitter_ruby",
    .comments = {"comment"},
    .strings = {"string chained_string subshell regex heredoc_body string_array symbol_array delimited_symbol "
                "character"},
    .codes = {"interpolation"},
    .scopes = {"module class singleton_class method singleton_method lambda do_block block begin if unless while "
               "until for case case_match"},
    .bodies = {"program body_statement block_body then do else ensure begin case case_match parenthesized_statements"},
    .self = "self",
    .letters = "?!",
};

constexpr Grammar kRust{
    .name = "rust",
    .symbol = "tree_sitter_rust",
    .comments = {"line_comment block_comment"},
    .strings = {"string_literal raw_string_literal char_literal"},
    .codes = {""},
    .scopes = {"function_item impl_item trait_item mod_item struct_item enum_item union_item foreign_mod_item "
               "closure_expression block match_block"},
    .bodies = {"source_file block declaration_list field_declaration_list enum_variant_list match_block"},
    .self = "self",
};

constexpr std::array kGrammars = {kBash,       kC,   kCpp,  kCSharp, kCss, kGo,     kHtml, kJava, kJavascript,
                                  kTypescript, kTsx, kJson, kLua,    kPhp, kPython, kRuby, kRust};

// `at` finds a grammar in kGrammars by name, so that the table below points at those and at nothing else.
constexpr const Grammar* at(std::string_view name) {
  for (const Grammar& grammar : kGrammars) {
    if (grammar.name == name) return &grammar;
  }
  return nullptr;
}

constexpr Comments kSlashes{"//", "/*", "*/"};
constexpr Comments kHash{"#", "", ""};
constexpr Comments kMarkup{"", "<!--", "-->"};

constexpr Language kLanguages[] = {
    {.id = "c", .extensions = {"c"}, .comments = kSlashes, .grammar = at("c")},
    // A header may be either; what is C parses as C++ nearly always, what is C++ never as C.
    {.id = "cpp",
     .aliases = {"c++ cc cuda-cpp arduino"},
     .extensions = {"cpp cc cxx c++ h hh hpp hxx h++ ipp inl tpp ixx cppm ino"},
     .comments = kSlashes,
     .grammar = at("cpp")},
    {.id = "csharp",
     .aliases = {"c_sharp c-sharp c# cs"},
     .extensions = {"cs csx"},
     .comments = kSlashes,
     .grammar = at("c_sharp")},
    {.id = "css", .extensions = {"css"}, .comments = {"", "/*", "*/"}, .grammar = at("css")},
    {.id = "go", .aliases = {"golang"}, .extensions = {"go"}, .comments = kSlashes, .grammar = at("go")},
    {.id = "html", .aliases = {"xhtml"}, .extensions = {"html htm xhtml"}, .comments = kMarkup, .grammar = at("html")},
    {.id = "java", .extensions = {"java"}, .comments = kSlashes, .grammar = at("java")},
    {.id = "javascript",
     .aliases = {"js mjs cjs ecmascript"},
     .extensions = {"js mjs cjs es6"},
     .interpreters = {"node nodejs bun"},
     .comments = kSlashes,
     .grammar = at("javascript")},
    {.id = "javascriptreact",
     .aliases = {"jsx javascript.jsx javascript-react javascript-react-(jsx)"},
     .extensions = {"jsx"},
     .comments = kSlashes,
     .grammar = at("javascript")},
    {.id = "json",
     .extensions = {"json geojson webmanifest ipynb har"},
     .names = {".jshintrc composer.lock"},
     .grammar = at("json")},
    {.id = "jsonc",
     .aliases = {"json5 json-with-comments"},
     .extensions = {"jsonc json5 code-workspace"},
     .names = {"tsconfig.json jsconfig.json .eslintrc .babelrc devcontainer.json"},
     .comments = kSlashes,
     .grammar = at("json")},
    {.id = "lua",
     .extensions = {"lua rockspec"},
     .interpreters = {"lua luajit"},
     .comments = {"--", "--[[", "]]"},
     .grammar = at("lua")},
    {.id = "php",
     .aliases = {"php3 php4 php5"},
     .extensions = {"php phtml php3 php4 php5 phps"},
     .interpreters = {"php"},
     .comments = kSlashes,
     .grammar = at("php")},
    {.id = "python",
     .aliases = {"py python3"},
     .extensions = {"py pyi pyw pyx"},
     .names = {"sconstruct sconscript"},
     .interpreters = {"python pypy"},
     .comments = kHash,
     .indented = true,
     .grammar = at("python")},
    {.id = "ruby",
     .aliases = {"rb"},
     .extensions = {"rb rake gemspec ru podspec"},
     .names = {"gemfile rakefile vagrantfile podfile brewfile guardfile .irbrc"},
     .interpreters = {"ruby jruby"},
     .comments = {"#", "=begin", "=end"},
     .grammar = at("ruby")},
    {.id = "rust", .aliases = {"rs"}, .extensions = {"rs"}, .comments = kSlashes, .grammar = at("rust")},
    {.id = "shellscript",
     .aliases = {"sh bash zsh ksh shell shell-script bash-script sh.bash"},
     .extensions = {"sh bash zsh ksh bats ebuild"},
     .names = {".bashrc .bash_profile .bash_aliases .bash_logout .profile .zshrc .zshenv .zprofile pkgbuild apkbuild"},
     .interpreters = {"sh bash dash zsh ksh ash busybox"},
     .comments = kHash,
     .grammar = at("bash")},
    {.id = "typescript",
     .aliases = {"ts"},
     .extensions = {"ts mts cts"},
     .interpreters = {"deno ts-node tsx"},
     .comments = kSlashes,
     .grammar = at("typescript")},
    {.id = "typescriptreact",
     .aliases = {"tsx typescript.tsx typescript-react typescript-react-(tsx)"},
     .extensions = {"tsx"},
     .comments = kSlashes,
     .grammar = at("tsx")},

    // Without a grammar.
    {.id = "ada", .extensions = {"adb ads"}, .comments = {"--", "", ""}},
    {.id = "asm", .aliases = {"assembly nasm"}, .extensions = {"asm s"}, .comments = kHash},
    {.id = "awk", .extensions = {"awk"}, .interpreters = {"awk gawk mawk"}, .comments = kHash},
    {.id = "bat", .aliases = {"batch dosbatch"}, .extensions = {"bat cmd"}, .comments = {"REM", "", ""}},
    {.id = "bazel",
     .aliases = {"starlark bzl"},
     .extensions = {"bzl bazel star"},
     .names = {"BUILD WORKSPACE"},
     .comments = kHash,
     .indented = true},
    {.id = "bibtex", .extensions = {"bib"}, .comments = {"%", "", ""}},
    {.id = "clojure", .extensions = {"clj cljs cljc edn"}, .comments = {";", "", ""}},
    {.id = "cmake", .extensions = {"cmake"}, .names = {"cmakelists.txt"}, .comments = {"#", "#[[", "]]"}},
    {.id = "coffeescript", .extensions = {"coffee"}, .comments = kHash, .indented = true},
    {.id = "crystal", .extensions = {"cr"}, .comments = kHash},
    {.id = "d", .extensions = {"d di"}, .comments = kSlashes},
    {.id = "dart", .extensions = {"dart"}, .comments = kSlashes},
    {.id = "dockerfile",
     .aliases = {"docker"},
     .extensions = {"dockerfile"},
     .names = {"dockerfile containerfile"},
     .comments = kHash},
    {.id = "elixir", .extensions = {"ex exs"}, .interpreters = {"elixir"}, .comments = kHash},
    {.id = "elm", .extensions = {"elm"}, .comments = {"--", "{-", "-}"}, .indented = true},
    {.id = "erlang", .extensions = {"erl hrl"}, .interpreters = {"escript"}, .comments = {"%", "", ""}},
    {.id = "fish", .extensions = {"fish"}, .interpreters = {"fish"}, .comments = kHash},
    {.id = "fortran", .extensions = {"f90 f95 f03 f08"}, .comments = {"!", "", ""}},
    {.id = "fsharp", .aliases = {"f#"}, .extensions = {"fs fsi fsx"}, .comments = {"//", "(*", "*)"}, .indented = true},
    {.id = "gdscript", .extensions = {"gd"}, .comments = kHash, .indented = true},
    {.id = "git-commit", .aliases = {"gitcommit"}, .names = {"commit_editmsg"}, .comments = kHash},
    {.id = "glsl", .extensions = {"glsl vert frag comp"}, .comments = kSlashes},
    {.id = "graphql", .extensions = {"graphql gql"}, .comments = kHash},
    {.id = "groovy", .extensions = {"groovy gradle gvy"}, .names = {"jenkinsfile"}, .comments = kSlashes},
    {.id = "haml", .extensions = {"haml"}, .comments = {"-#", "", ""}, .indented = true},
    {.id = "haskell",
     .extensions = {"hs lhs"},
     .interpreters = {"runhaskell"},
     .comments = {"--", "{-", "-}"},
     .indented = true},
    {.id = "hcl",
     .aliases = {"terraform terraform-vars tf"},
     .extensions = {"hcl tf tfvars"},
     .comments = {"#", "/*", "*/"}},
    {.id = "hlsl", .extensions = {"hlsl fx"}, .comments = kSlashes},
    {.id = "ini",
     .aliases = {"dosini cfg"},
     .extensions = {"ini cfg conf"},
     .names = {".editorconfig .gitconfig"},
     .comments = {";", "", ""}},
    {.id = "jade", .aliases = {"pug"}, .extensions = {"pug jade"}, .comments = {"//", "", ""}, .indented = true},
    {.id = "julia", .extensions = {"jl"}, .interpreters = {"julia"}, .comments = {"#", "#=", "=#"}},
    {.id = "kotlin", .extensions = {"kt kts"}, .comments = kSlashes},
    {.id = "latex", .aliases = {"tex plaintex"}, .extensions = {"tex sty cls ltx"}, .comments = {"%", "", ""}},
    {.id = "less", .extensions = {"less"}, .comments = kSlashes},
    {.id = "lisp",
     .aliases = {"commonlisp emacs-lisp elisp scheme racket"},
     .extensions = {"lisp lsp cl el scm rkt"},
     .comments = {";", "", ""}},
    {.id = "makefile",
     .aliases = {"make"},
     .extensions = {"mk mak make"},
     .names = {"makefile gnumakefile"},
     .interpreters = {"make"},
     .comments = kHash},
    {.id = "markdown", .aliases = {"md"}, .extensions = {"md markdown mkd"}, .comments = kMarkup},
    {.id = "matlab", .aliases = {"octave"}, .extensions = {"m"}, .comments = {"%", "", ""}},
    {.id = "meson", .names = {"meson.build meson_options.txt meson.options"}, .comments = kHash},
    {.id = "nim", .extensions = {"nim nims"}, .comments = kHash, .indented = true},
    {.id = "nix", .extensions = {"nix"}, .comments = {"#", "/*", "*/"}},
    {.id = "objective-c", .aliases = {"objc objective-cpp objcpp"}, .extensions = {"mm"}, .comments = kSlashes},
    {.id = "ocaml", .extensions = {"ml mli"}, .comments = {"", "(*", "*)"}},
    {.id = "pascal", .aliases = {"delphi"}, .extensions = {"pas dpr pp"}, .comments = {"//", "{", "}"}},
    {.id = "perl", .aliases = {"perl6 raku"}, .extensions = {"pl pm t"}, .interpreters = {"perl"}, .comments = kHash},
    {.id = "plaintext", .aliases = {"text txt"}, .extensions = {"txt"}},
    {.id = "powershell",
     .aliases = {"ps1"},
     .extensions = {"ps1 psm1 psd1"},
     .interpreters = {"pwsh"},
     .comments = {"#", "<#", "#>"}},
    {.id = "properties", .aliases = {"jproperties"}, .extensions = {"properties"}, .comments = kHash},
    {.id = "proto", .aliases = {"proto3 protobuf"}, .extensions = {"proto"}, .comments = kSlashes},
    {.id = "r",
     .extensions = {"r rmd"},
     .names = {".rprofile"},
     .interpreters = {"rscript Rscript"},
     .comments = kHash},
    {.id = "restructuredtext", .aliases = {"rst"}, .extensions = {"rst"}, .comments = {"..", "", ""}},
    {.id = "sass", .extensions = {"sass"}, .comments = {"//", "", ""}, .indented = true},
    {.id = "scala", .extensions = {"scala sbt sc"}, .comments = kSlashes},
    {.id = "scss", .extensions = {"scss"}, .comments = kSlashes},
    {.id = "slim", .extensions = {"slim"}, .comments = {"/", "", ""}, .indented = true},
    {.id = "solidity", .extensions = {"sol"}, .comments = kSlashes},
    {.id = "sql", .aliases = {"plsql mysql pgsql"}, .extensions = {"sql"}, .comments = {"--", "/*", "*/"}},
    {.id = "svelte", .extensions = {"svelte"}, .comments = kMarkup},
    {.id = "swift", .extensions = {"swift"}, .comments = kSlashes},
    {.id = "systemverilog", .aliases = {"verilog"}, .extensions = {"v sv svh vh"}, .comments = kSlashes},
    {.id = "tcl", .extensions = {"tcl"}, .interpreters = {"tclsh wish"}, .comments = kHash},
    {.id = "toml", .extensions = {"toml"}, .names = {"cargo.lock poetry.lock"}, .comments = kHash},
    {.id = "vb", .aliases = {"vbnet visual-basic"}, .extensions = {"vb vbs bas"}, .comments = {"'", "", ""}},
    {.id = "vhdl", .extensions = {"vhd vhdl"}, .comments = {"--", "", ""}},
    {.id = "viml",
     .aliases = {"vim vimscript"},
     .extensions = {"vim"},
     .names = {".vimrc"},
     .comments = {"\"", "", ""}},
    {.id = "vue", .extensions = {"vue"}, .comments = kMarkup},
    {.id = "wgsl", .extensions = {"wgsl"}, .comments = kSlashes},
    {.id = "xml", .aliases = {"xsl svg"}, .extensions = {"xml xsd xsl xslt svg plist csproj"}, .comments = kMarkup},
    {.id = "yaml",
     .aliases = {"yml dockercompose"},
     .extensions = {"yaml yml"},
     .names = {".clang-format .clang-tidy"},
     .comments = kHash,
     .indented = true},
    {.id = "zig", .extensions = {"zig zon"}, .comments = {"//", "", ""}},
};

}  // namespace

std::span<const Language> languages() {
  return kLanguages;
}
std::span<const Grammar> grammars() {
  return kGrammars;
}

}  // namespace fimd::grammars
