// Grammars of markup, data and build files: how their nodes are read.
// For table.cpp only.
#pragma once

#include "grammars/registry.h"

namespace fimd::grammars::table {

inline constexpr Grammar kDevicetree{
    .name = "devicetree",
    .symbol = "tree_sitter_devicetree",
    .comments = {"comment"},
    .strings = {"string_literal system_lib_string byte_string_literal"},
    .codes = {""},
    .scopes = {"node"},
    .bodies = {"document node"},
};

inline constexpr Grammar kEmbeddedTemplate{
    .name = "embedded_template",
    .symbol = "tree_sitter_embedded_template",
    .comments = {"comment comment_directive"},
    .strings = {""},
    .codes = {""},
    .scopes = {"directive output_directive"},
    .bodies = {"template"},
};

inline constexpr Grammar kHcl{
    .name = "hcl",
    .symbol = "tree_sitter_hcl",
    .comments = {"comment"},
    .strings = {"string_lit quoted_template heredoc_template"},
    .codes = {"template_interpolation template_directive"},
    .scopes = {"block object tuple"},
    .bodies = {"body object tuple"},
};

inline constexpr Grammar kLatex{
    .name = "latex",
    .symbol = "tree_sitter_latex",
    .comments = {"line_comment block_comment comment_environment"},
    .strings = {"verbatim_environment listing_environment minted_environment"},
    .codes = {""},
    .scopes = {"generic_environment math_environment chapter section subsection subsubsection paragraph curly_group"},
    .bodies = {"source_file generic_environment chapter section subsection subsubsection paragraph"},
    .letters = "\\@",
    .prose = true,
};

inline constexpr Grammar kMake{
    .name = "make",
    .symbol = "tree_sitter_make",
    .comments = {"comment"},
    .strings = {"string"},
    .codes = {"variable_reference"},
    .scopes = {"rule conditional define_directive"},
    .bodies = {"makefile recipe conditional"},
};

inline constexpr Grammar kMarkdown{
    .name = "markdown",
    .symbol = "tree_sitter_markdown",
    .comments = {"html_block"},
    .strings = {"code_fence_content"},
    .codes = {""},
    .scopes = {"section fenced_code_block list list_item block_quote"},
    .bodies = {"document section list list_item block_quote"},
    .prose = true,
};

inline constexpr Grammar kNix{
    .name = "nix",
    .symbol = "tree_sitter_nix",
    .comments = {"comment"},
    .strings = {"string_expression indented_string_expression"},
    .codes = {"interpolation"},
    .scopes = {"let_expression function_expression attrset_expression rec_attrset_expression let_attrset_expression "
               "with_expression"},
    .bodies = {"source_code binding_set"},
    .letters = "-'",
};

inline constexpr Grammar kProperties{
    .name = "properties",
    .symbol = "tree_sitter_properties",
    .comments = {"comment"},
    .strings = {"value"},
    .codes = {"substitution"},
    .scopes = {""},
    .bodies = {"file"},
    .prose = true,
};

inline constexpr Grammar kScss{
    .name = "scss",
    .symbol = "tree_sitter_scss",
    .comments = {"comment js_comment"},
    .strings = {"string_value"},
    .codes = {"interpolation"},
    .scopes =
        {"rule_set at_rule media_statement supports_statement mixin_statement function_statement include_statement "
         "if_statement each_statement for_statement while_statement keyframes_statement keyframe_block"},
    .bodies = {"stylesheet block keyframe_block_list"},
    .letters = "-$",
};

inline constexpr Grammar kSql{
    .name = "sql",
    .symbol = "tree_sitter_sql",
    .comments = {"comment marginalia"},
    .strings = {"literal"},
    .codes = {""},
    .scopes = {"create_table create_view create_function cte subquery statement block case"},
    .bodies = {"program block column_definitions"},
};

inline constexpr Grammar kSvelte{
    .name = "svelte",
    .symbol = "tree_sitter_svelte",
    .comments = {"comment"},
    .strings = {"quoted_attribute_value attribute_value"},
    .codes = {"expr_attribute_value"},
    .scopes = {"element script_element style_element if_statement each_statement await_statement key_statement"},
    .bodies = {"document element script_element style_element if_statement each_statement await_statement "
               "key_statement else_statement"},
};

inline constexpr Grammar kToml{
    .name = "toml",
    .symbol = "tree_sitter_toml",
    .comments = {"comment"},
    .strings = {"string"},
    .codes = {""},
    .scopes = {"table table_array_element inline_table array"},
    .bodies = {"document table table_array_element array inline_table"},
    .letters = "-",
};

inline constexpr Grammar kVue{
    .name = "vue",
    .symbol = "tree_sitter_vue",
    .comments = {"comment"},
    .strings = {"quoted_attribute_value attribute_value"},
    .codes = {"interpolation"},
    .scopes = {"element template_element script_element style_element"},
    .bodies = {"component element template_element script_element style_element"},
};

inline constexpr Grammar kXml{
    .name = "xml",
    .symbol = "tree_sitter_xml",
    .comments = {"Comment"},
    .strings = {"AttValue SystemLiteral PubidLiteral"},
    .codes = {""},
    .scopes = {"element"},
    .bodies = {"document element content"},
    .prose = true,
};

inline constexpr Grammar kYaml{
    .name = "yaml",
    .symbol = "tree_sitter_yaml",
    .comments = {"comment"},
    .strings = {"double_quote_scalar single_quote_scalar block_scalar"},
    .codes = {""},
    .scopes = {"block_mapping_pair block_sequence flow_mapping flow_sequence"},
    .bodies = {"stream document block_mapping block_sequence flow_mapping flow_sequence"},
    .letters = "-",
};

}  // namespace fimd::grammars::table
