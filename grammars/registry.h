// What fimd knows about languages: their names, files and comments, and how the nodes of their grammars are read.
//
// One constant table (table.cpp). A language may have no grammar; everything but trees works for it. Grammars are
// modules that are loaded on first use (load.cpp) and stay loaded, so that a language that is not open costs nothing.
// Plain functions on constant data: any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

struct TSLanguage;

namespace fimd::grammars {

// A set of words, written as one text with a space between them.
struct Words {
  std::string_view text;

  [[nodiscard]] bool has(std::string_view word) const;
  [[nodiscard]] std::vector<std::string_view> list() const;
};

// How the node kinds of one tree-sitter grammar are read.
struct Grammar {
  std::string_view name;        // "cpp": the module is fimd-grammar-cpp.so
  std::string_view symbol;      // the module's entry ("tree_sitter_cpp")
  Words comments = {};          // comments
  Words strings = {};           // literals that hold text: strings, characters, regular expressions
  Words codes = {};             // code inside a string (interpolations)
  Words scopes = {};            // nodes that open a scope if they have a body
  Words bodies = {};            // nodes whose named children stand alone: statements, declarations, members, elements
  std::string_view query = {};  // the folder of its queries, if that is not `name`
  std::string_view self = "this";  // what the code of a type calls the object
  std::string_view letters = {};   // what names may hold besides letters, digits and _
  std::string_view paths = {};     // what stands between the parts of a name, blanks between ("::")
  bool calls_construct = false;    // T(x) makes a T where T is a type
  bool type_first = false;         // the type in front of a name is no node of its own
  bool prose = false;              // the text is for people: its words are no identifiers
  bool signature_apart = false;    // a signature and the definitions behind it are one symbol

  [[nodiscard]] std::string_view queries() const { return query.empty() ? name : query; }
};

// The tokens of comments; empty where the language has no such comment.
struct Comments {
  std::string_view line;         // "//"
  std::string_view open, close;  // "/*" and "*/"
};

struct Language {
  std::string_view id;      // the id of the language server protocol, lower case
  Words aliases = {};       // other names that editors send
  Words extensions = {};    // without the dot, lower case
  Words names = {};         // whole file names
  Words interpreters = {};  // programs that a "#!" line names
  Comments comments = {};
  bool indented = false;  // blocks are made by indentation
  const Grammar* grammar = nullptr;
};

[[nodiscard]] std::span<const Language> languages();
[[nodiscard]] std::span<const Grammar> grammars();

// The entry for an editor's language id or one of its aliases, in any case ("C++", "shell script"); null if unknown.
[[nodiscard]] const Language* find_language(std::string_view id);

// The grammar for an editor's language id; null if there is none.
[[nodiscard]] const Grammar* find_grammar(std::string_view id);

// The language id of a file, from its name, else its extension, else its first line ("#!/usr/bin/env python3");
// empty if unknown.
[[nodiscard]] std::string_view language_of_path(std::string_view path, std::string_view first_line = {});

// The token that begins a line comment ("#"); where a language has only block comments their opening token; empty if
// the language is unknown or has no comments.
[[nodiscard]] std::string_view line_comment(std::string_view language);

// A grammar ready for the parser, or why it cannot be used (one lower-case line that names the module).
struct Loaded {
  const TSLanguage* language = nullptr;
  std::string error;
};

// Loads the grammar's module if it is not loaded yet; loading again takes microseconds and no file access.
[[nodiscard]] Loaded load(const Grammar& grammar);

// The folders in which modules are looked for, in order: $FIMD_GRAMMARS if set, then next to the running program, where
// a build puts them, then where an installation does.
[[nodiscard]] std::vector<std::string> module_folders();

}  // namespace fimd::grammars
