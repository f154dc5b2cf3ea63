// Grammars that are built from the first day on: how their nodes are read.
// For table.cpp only.
#pragma once

#include "grammars/registry.h"

namespace fimd::grammars::table {

inline constexpr Grammar kBash{
    .name = "bash",
    .symbol = "tree_sitter_bash",
    .comments = {"comment"},
    .strings = {"string raw_string ansi_c_string translated_string heredoc_body"},
    .codes = {"command_substitution expansion arithmetic_expansion simple_expansion process_substitution"},
    .scopes = {"function_definition compound_statement do_group subshell if_statement case_statement"},
    .bodies = {"program compound_statement do_group subshell if_statement elif_clause else_clause case_statement "
               "case_item"},
};

inline constexpr Grammar kC{
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

inline constexpr Grammar kCpp{
    .name = "cpp",
    .symbol = "tree_sitter_cpp",
    .comments = {"comment"},
    .strings = {"string_literal char_literal raw_string_literal system_lib_string"},
    .codes = {""},
    .scopes = {"function_definition struct_specifier union_specifier enum_specifier class_specifier "
               "linkage_specification namespace_definition lambda_expression compound_statement"},
    .bodies = {"translation_unit compound_statement field_declaration_list declaration_list enumerator_list "
               "case_statement requirement_seq preproc_if preproc_ifdef preproc_else preproc_elif preproc_elifdef"},
    .paths = "::",
    .calls_construct = true,
};

inline constexpr Grammar kCSharp{
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
    .paths = ".",
};

inline constexpr Grammar kCss{
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

inline constexpr Grammar kGo{
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

inline constexpr Grammar kHtml{
    .name = "html",
    .symbol = "tree_sitter_html",
    .comments = {"comment"},
    .strings = {"quoted_attribute_value attribute_value"},
    .codes = {""},
    .scopes = {"element script_element style_element"},
    .bodies = {"document element script_element style_element"},
    .prose = true,
};

inline constexpr Grammar kJava{
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

inline constexpr Grammar kJavascript{
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
    .paths = ".",
};

inline constexpr Words kTypescriptScopes{
    "function_declaration function_expression generator_function generator_function_declaration arrow_function "
    "method_definition class_declaration abstract_class_declaration class class_static_block interface_declaration "
    "enum_declaration internal_module module statement_block switch_body"};
inline constexpr Words kTypescriptBodies{
    "program statement_block class_body interface_body object_type enum_body switch_body switch_case switch_default "
    "object"};

inline constexpr Grammar kTypescript{
    .name = "typescript",
    .symbol = "tree_sitter_typescript",
    .comments = {"comment html_comment hash_bang_line"},
    .strings = {"string template_string template_literal_type regex"},
    .codes = {"template_substitution template_type"},
    .scopes = kTypescriptScopes,
    .bodies = kTypescriptBodies,
    .letters = "$",
    .paths = ".",
};

inline constexpr Grammar kTsx{
    .name = "tsx",
    .symbol = "tree_sitter_tsx",
    .comments = {"comment html_comment hash_bang_line"},
    .strings = {"string template_string template_literal_type regex"},
    .codes = {"template_substitution template_type"},
    .scopes = kTypescriptScopes,
    .bodies = kTypescriptBodies,
    .query = "typescript",
    .letters = "$",
    .paths = ".",
};

inline constexpr Grammar kJson{
    .name = "json",
    .symbol = "tree_sitter_json",
    .comments = {"comment"},
    .strings = {"string"},
    .codes = {""},
    .scopes = {"object array"},
    .bodies = {"document object array"},
};

inline constexpr Grammar kLua{
    .name = "lua",
    .symbol = "tree_sitter_lua",
    .comments = {"comment hash_bang_line"},
    .strings = {"string"},
    .codes = {""},
    .scopes = {"function_declaration function_definition do_statement if_statement while_statement for_statement "
               "repeat_statement"},
    .bodies = {"chunk block"},
    .self = "self",
    .paths = ". :",
};

inline constexpr Grammar kPhp{
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

inline constexpr Grammar kPython{
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

inline constexpr Grammar kRuby{
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
    .paths = "::",
};

inline constexpr Grammar kRust{
    .name = "rust",
    .symbol = "tree_sitter_rust",
    .comments = {"line_comment block_comment"},
    .strings = {"string_literal raw_string_literal char_literal"},
    .codes = {""},
    .scopes = {"function_item impl_item trait_item mod_item struct_item enum_item union_item foreign_mod_item "
               "closure_expression block match_block"},
    .bodies = {"source_file block declaration_list field_declaration_list enum_variant_list match_block"},
    .self = "self",
    .paths = "::",
};

}  // namespace fimd::grammars::table
