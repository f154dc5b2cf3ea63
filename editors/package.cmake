# What is installed beside the program and its grammars, and how it becomes a Debian package:
#   cmake --build build --target deb     makes build/fimd_VERSION_ARCHITECTURE.deb; with the extension for VS Code if
#                                        there is a build/fimd.vsix (editors/vscode/pack.sh build/fimd build/fimd.vsix)
set(texts ${CMAKE_BINARY_DIR}/texts)
set(here ${CMAKE_CURRENT_LIST_DIR})
file(MAKE_DIRECTORY ${texts})

# Completions and manual are what the program says of itself.
add_custom_command(OUTPUT ${texts}/fimd ${texts}/_fimd ${texts}/fimd.fish ${texts}/fimd.1
  COMMAND fimd completions bash > fimd
  COMMAND fimd completions zsh > _fimd
  COMMAND fimd completions fish > fimd.fish
  COMMAND fimd manual > fimd.1
  DEPENDS fimd WORKING_DIRECTORY ${texts} VERBATIM)
add_custom_command(OUTPUT ${texts}/tags
  COMMAND ${CMAKE_COMMAND} -DFROM=${here}/nvim/doc -DTO=${texts}/tags -P ${here}/helptags.cmake
  DEPENDS ${here}/nvim/doc/fimd.txt ${here}/helptags.cmake VERBATIM)
add_custom_command(OUTPUT ${texts}/copyright
  COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR} -DTO=${texts}/copyright -P ${here}/copyright.cmake
  DEPENDS ${CMAKE_SOURCE_DIR}/LICENSE ${CMAKE_SOURCE_DIR}/grammars/package-lock.json ${here}/copyright.cmake VERBATIM)
set(all ALL)
if(FIMD_SANITIZE OR FIMD_FUZZ)
  set(all "")  # such a program is not installed
endif()
add_custom_target(texts ${all}
  DEPENDS ${texts}/fimd ${texts}/_fimd ${texts}/fimd.fish ${texts}/fimd.1 ${texts}/tags ${texts}/copyright)

set(share ${CMAKE_INSTALL_DATADIR})
install(FILES ${texts}/fimd DESTINATION ${share}/bash-completion/completions)
install(FILES ${texts}/fimd.fish DESTINATION ${share}/fish/vendor_completions.d)
# The second is where Debian's zsh looks for those of packages.
install(FILES ${texts}/_fimd DESTINATION ${share}/zsh/site-functions)
install(FILES ${texts}/_fimd DESTINATION ${share}/zsh/vendor-completions)
install(FILES ${texts}/fimd.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_SOURCE_DIR}/README.md ${texts}/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY ${here}/nvim ${here}/others ${here}/jetbrains DESTINATION ${share}/fimd
  PATTERN tags EXCLUDE PATTERN generate.mjs EXCLUDE)
install(FILES ${texts}/tags DESTINATION ${share}/fimd/nvim/doc)
install(PROGRAMS ${here}/setup.sh DESTINATION ${share}/fimd)
install(FILES ${CMAKE_BINARY_DIR}/fimd.vsix DESTINATION ${share}/fimd OPTIONAL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME fimd)
set(CPACK_PACKAGE_CONTACT "The fimd authors <fimd@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "fill-in-the-middle completion for editors that speak LSP")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"A language server that shows ghost text: it speaks to models on this machine or
elsewhere, answers within 200 ms whatever they do, and completes lines from the
text of the project itself where there is no model. Plugins for Neovim and VS
Code are included; /usr/share/fimd/setup.sh switches them on for a user.")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION editors)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Loaded on first use (providers/http_curl.cpp), so the linker knows nothing of it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libcurl4 (>= 7.85) | libcurl4t64 | libcurl3-gnutls (>= 7.85) | libcurl3t64-gnutls")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "neovim (>= 0.7), bash-completion, bubblewrap")
include(CPack)

# Without the first cpack would leave out what the package depends on, and say so in passing.
find_program(FIMD_SHLIBDEPS dpkg-shlibdeps)
find_program(FIMD_FILE file)
set(make_package ${CMAKE_CPACK_COMMAND} --config ${CMAKE_BINARY_DIR}/CPackConfig.cmake)
if(NOT FIMD_SHLIBDEPS OR NOT FIMD_FILE)
  set(make_package ${CMAKE_COMMAND} -E echo "a Debian package needs dpkg-shlibdeps and file: apt-get install dpkg-dev file"
    COMMAND ${CMAKE_COMMAND} -E false)
endif()
add_custom_target(deb COMMAND ${make_package} WORKING_DIRECTORY ${CMAKE_BINARY_DIR} VERBATIM)
add_dependencies(deb fimd texts)
