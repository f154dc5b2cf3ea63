// Grammars of further programming languages: how their nodes are read.
// For table.cpp only.
#pragma once

#include "grammars/registry.h"

namespace fimd::grammars::table {

inline constexpr Grammar kAwk{
    .name = "awk",
    .symbol = "tree_sitter_awk",
    .comments = {"comment"},
    .strings = {"string regex"},
    .codes = {""},
    .scopes = {"func_def block if_statement for_statement"},
    .bodies = {"program block"},
};

inline constexpr Grammar kDart{
    .name = "dart",
    .symbol = "tree_sitter_dart",
    .comments = {"comment documentation_comment"},
    .strings = {"string_literal"},
    .codes = {"template_substitution"},
    .scopes = {"class_definition mixin_declaration enum_declaration extension_declaration extension_type_declaration "
               "function_body function_expression lambda_expression block switch_block"},
    .bodies = {"program class_body enum_body extension_body block switch_block"},
    .calls_construct = true,
    .type_first = true,
};

inline constexpr Grammar kElixir{
    .name = "elixir",
    .symbol = "tree_sitter_elixir",
    .comments = {"comment"},
    .strings = {"string charlist sigil quoted_atom"},
    .codes = {"interpolation"},
    .scopes = {"do_block anonymous_function"},
    .bodies = {"source do_block else_block rescue_block after_block catch_block stab_clause body"},
};

inline constexpr Grammar kElm{
    .name = "elm",
    .symbol = "tree_sitter_elm",
    .comments = {"line_comment block_comment"},
    .strings = {"string_constant_expr char_constant_expr"},
    .codes = {""},
    .scopes = {"value_declaration type_declaration type_alias_declaration let_in_expr case_of_expr case_of_branch"},
    .bodies = {"file let_in_expr case_of_expr record_type"},
    .signature_apart = true,
};

inline constexpr Grammar kGroovy{
    .name = "groovy",
    .symbol = "tree_sitter_groovy",
    .comments = {"line_comment block_comment"},
    .strings = {"string_literal character_literal"},
    .codes = {"string_interpolation"},
    .scopes = {"class_declaration interface_declaration enum_declaration record_declaration "
               "annotation_type_declaration method_declaration function_definition constructor_declaration closure "
               "lambda_expression class_body block switch_block"},
    .bodies = {"program block closure class_body interface_body enum_body enum_body_declarations constructor_body "
               "annotation_type_body switch_block switch_block_statement_group"},
};

inline constexpr Grammar kHaskell{
    .name = "haskell",
    .symbol = "tree_sitter_haskell",
    .comments = {"comment haddock"},
    .strings = {"string char quasiquote"},
    .codes = {""},
    .scopes = {"class instance function let_in do case lambda data_type newtype"},
    .bodies = {"haskell declarations class_declarations instance_declarations local_binds do alternatives"},
    .signature_apart = true,
};

inline constexpr Grammar kJulia{
    .name = "julia",
    .symbol = "tree_sitter_julia",
    .comments = {"line_comment block_comment"},
    .strings = {"string_literal character_literal command_literal prefixed_string_literal prefixed_command_literal"},
    .codes = {"string_interpolation"},
    .scopes = {"module_definition function_definition macro_definition struct_definition abstract_definition "
               "for_statement while_statement if_statement let_statement try_statement compound_statement do_clause "
               "arrow_function_expression"},
    .bodies = {"source_file module_definition function_definition macro_definition struct_definition for_statement "
               "while_statement if_statement let_statement try_statement compound_statement do_clause"},
    .paths = ".",
};

inline constexpr Grammar kKotlin{
    .name = "kotlin",
    .symbol = "tree_sitter_kotlin",
    .comments = {"line_comment block_comment"},
    .strings = {"string_literal multiline_string_literal character_literal"},
    .codes = {"interpolation"},
    .scopes = {"class_declaration object_declaration companion_object function_declaration secondary_constructor "
               "anonymous_initializer anonymous_function lambda_literal getter setter block when_expression"},
    .bodies = {"source_file class_body enum_class_body block lambda_literal when_expression"},
    .calls_construct = true,
};

inline constexpr Grammar kObjc{
    .name = "objc",
    .symbol = "tree_sitter_objc",
    .comments = {"comment"},
    .strings = {"string_literal char_literal system_lib_string"},
    .codes = {""},
    .scopes = {"class_interface class_implementation protocol_declaration implementation_definition method_definition "
               "function_definition struct_specifier union_specifier enum_specifier block_literal compound_statement"},
    .bodies = {"translation_unit class_interface class_implementation protocol_declaration implementation_definition "
               "compound_statement field_declaration_list declaration_list enumerator_list case_statement "
               "instance_variables"},
    .self = "self",
};

inline constexpr Grammar kOcaml{
    .name = "ocaml",
    .symbol = "tree_sitter_ocaml",
    .comments = {"comment"},
    .strings = {"string character quoted_string"},
    .codes = {""},
    .scopes = {"module_definition class_definition module_type_definition structure signature let_expression "
               "match_expression fun_expression function_expression object_expression value_definition"},
    .bodies = {"compilation_unit structure signature object_expression"},
};

inline constexpr Grammar kOcamlInterface{
    .name = "ocaml_interface",
    .symbol = "tree_sitter_ocaml_interface",
    .comments = {"comment"},
    .strings = {"string character quoted_string"},
    .codes = {""},
    .scopes = {"module_definition class_definition module_type_definition structure signature value_specification "
               "type_definition"},
    .bodies = {"compilation_unit structure signature"},
    .query = "ocaml",
};

inline constexpr Grammar kOpenscad{
    .name = "openscad",
    .symbol = "tree_sitter_openscad",
    .comments = {"comment"},
    .strings = {"string"},
    .codes = {""},
    .scopes = {"module_declaration function_declaration union_block for_block if_block"},
    .bodies = {"source_file union_block"},
};

inline constexpr Grammar kPerl{
    .name = "perl",
    .symbol = "tree_sitter_perl",
    .comments = {"comment pod"},
    .strings = {"string_literal interpolated_string_literal quoted_word_list heredoc_content command_string "
                "match_regexp quoted_regexp substitution_regexp transliteration_expression"},
    .codes = {"scalar array arraylen hash_element_expression array_element_expression array_deref_expression "
              "scalar_deref_expression method_call_expression"},
    .scopes = {"subroutine_declaration_statement method_declaration_statement anonymous_subroutine_expression "
               "anonymous_method_expression package_statement class_statement role_statement block "
               "conditional_statement loop_statement for_statement cstyle_for_statement"},
    .bodies = {"source_file block"},
    .self = "$self",
    .letters = "$@%",
    .paths = "::",
};

inline constexpr Grammar kPowershell{
    .name = "powershell",
    .symbol = "tree_sitter_powershell",
    .comments = {"comment"},
    .strings = {"string_literal"},
    .codes = {"sub_expression"},
    .scopes = {"function_statement class_statement class_method_definition enum_statement script_block statement_block "
               "if_statement foreach_statement for_statement while_statement switch_statement"},
    .bodies = {"program statement_list statement_block class_statement enum_statement switch_clauses"},
    .letters = "-",
};

inline constexpr Grammar kR{
    .name = "r",
    .symbol = "tree_sitter_r",
    .comments = {"comment"},
    .strings = {"string"},
    .codes = {""},
    .scopes = {"function_definition braced_expression for_statement while_statement if_statement"},
    .bodies = {"program braced_expression"},
};

inline constexpr Grammar kScala{
    .name = "scala",
    .symbol = "tree_sitter_scala",
    .comments = {"comment block_comment"},
    .strings = {"string interpolated_string character_literal"},
    .codes = {"interpolation"},
    .scopes = {"class_definition object_definition trait_definition enum_definition function_definition "
               "given_definition extension_definition package_clause package_object lambda_expression block "
               "indented_block case_block indented_cases"},
    .bodies =
        {"compilation_unit template_body with_template_body enum_body block indented_block case_block indented_cases"},
    .calls_construct = true,
};

inline constexpr Grammar kSolidity{
    .name = "solidity",
    .symbol = "tree_sitter_solidity",
    .comments = {"comment"},
    .strings = {"string"},
    .codes = {""},
    .scopes = {"contract_declaration interface_declaration library_declaration struct_declaration enum_declaration "
               "function_definition constructor_definition modifier_definition fallback_receive_definition "
               "block_statement for_statement"},
    .bodies = {"source_file contract_body struct_body enum_body function_body block_statement"},
    .calls_construct = true,
};

inline constexpr Grammar kSwift{
    .name = "swift",
    .symbol = "tree_sitter_swift",
    .comments = {"comment multiline_comment"},
    .strings = {"line_string_literal multi_line_string_literal raw_string_literal regex_literal"},
    .codes = {"interpolated_expression raw_str_interpolation"},
    .scopes = {"class_declaration protocol_declaration function_declaration init_declaration deinit_declaration "
               "subscript_declaration lambda_literal computed_property computed_getter computed_setter if_statement "
               "guard_statement for_statement while_statement switch_statement do_statement"},
    .bodies = {"source_file class_body enum_class_body protocol_body statements computed_property switch_statement"},
    .self = "self",
    .paths = ".",
    .calls_construct = true,
};

inline constexpr Grammar kVerilog{
    .name = "verilog",
    .symbol = "tree_sitter_verilog",
    .comments = {"comment"},
    .strings = {"string_literal double_quoted_string"},
    .codes = {""},
    .scopes = {"module_declaration interface_declaration package_declaration class_declaration function_declaration "
               "task_declaration program_declaration generate_block seq_block par_block always_construct"},
    .bodies = {"source_file module_declaration interface_declaration package_declaration class_declaration seq_block "
               "par_block generate_block"},
};

inline constexpr Grammar kZig{
    .name = "zig",
    .symbol = "tree_sitter_zig",
    .comments = {"comment"},
    .strings = {"string multiline_string character"},
    .codes = {""},
    .scopes = {"function_declaration struct_declaration enum_declaration union_declaration opaque_declaration "
               "test_declaration block switch_expression"},
    .bodies = {"source_file struct_declaration enum_declaration union_declaration opaque_declaration block "
               "switch_expression"},
    .self = "self",
};

}  // namespace fimd::grammars::table
