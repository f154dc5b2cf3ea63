# An #include may only point to the right: lsp -> providers -> context -> grammars; third-party libraries stay in the
# folders that own them. Usage: cmake -DROOT=<source dir> -P layers.cmake
set(layers lsp providers context grammars)
set(bad "")

function(check file layer)
  file(STRINGS ${file} lines REGEX "^ *#include")
  list(FIND layers ${layer} mine)
  file(RELATIVE_PATH short ${ROOT} ${file})
  foreach(line IN LISTS lines)
    foreach(other IN LISTS layers)
      list(FIND layers ${other} theirs)
      if(theirs LESS mine AND line MATCHES "\"${other}/")
        set(bad "${bad}\n${short}: ${line} points to the left" PARENT_SCOPE)
        return()
      endif()
    endforeach()
    if(line MATCHES "\"tests/")
      set(bad "${bad}\n${short}: ${line} looks into the tests" PARENT_SCOPE)
      return()
    endif()
    foreach(rule IN LISTS rules)
      string(REPLACE "=>" ";" pair ${rule})
      list(GET pair 0 header)
      list(GET pair 1 allowed)
      if(line MATCHES "<${header}" AND NOT short MATCHES "^(${allowed})")
        set(bad "${bad}\n${short}: ${line} belongs to ${allowed}" PARENT_SCOPE)
        return()
      endif()
    endforeach()
  endforeach()
endfunction()

# header regex => where it may be included (regex on the path)
set(rules
  "tree_sitter/=>grammars/|context/syntax|context/symbols"
  "nlohmann/=>lsp/|providers/"
  "boost/asio=>lsp/|providers/http|providers/stream|providers/agent/|providers/asio|providers/probe|providers/discover"
  "boost/beast=>lsp/http/connection"
  "curl/=>providers/http"
  "spdlog/=>context/log"
  "sqlite3=>context/sqlite|context/index_store|providers/ledger"
  "CLI/=>lsp/main|lsp/cli/arguments")

foreach(layer IN LISTS layers)
  file(GLOB_RECURSE files ${ROOT}/${layer}/*.h ${ROOT}/${layer}/*.cpp)
  foreach(file IN LISTS files)
    if(NOT file MATCHES "/node_modules/")
      check(${file} ${layer})
    endif()
  endforeach()
endforeach()

if(bad)
  message(FATAL_ERROR "layering:${bad}")
endif()
