# Proves that await.cmake reports every form in await_forms/bad and none in await_forms/good.
#
# Why the forms are bad was measured with g++ 12.2: objects left alive after a coroutine that captured one by value
# inside a co_await expression are -1 (destroyed twice) for a plain capture, an init capture, a capture converted to
# std::function and a capture in an if condition; a ternary of such operands ends in a double free; a braced list is
# refused ("array used as initializer"). Captures by reference, temporaries without a lambda and lambdas that are named
# locals are right, and clang 14 is right about all of them. Usage: cmake [-DWORK=<scratch dir>] -P await_test.cmake
set(here ${CMAKE_CURRENT_LIST_DIR})
if(NOT WORK)
  set(WORK ${here}/../../build/await_forms)
endif()
set(wrong "")
foreach(kind bad good)
  file(GLOB forms ${here}/await_forms/${kind}/*.cpp)
  if(NOT forms)
    message(FATAL_ERROR "no ${kind} forms in ${here}/await_forms")
  endif()
  foreach(form IN LISTS forms)
    get_filename_component(name ${form} NAME)
    file(REMOVE_RECURSE ${WORK})
    file(COPY ${form} DESTINATION ${WORK}/lsp)
    execute_process(COMMAND ${CMAKE_COMMAND} -DROOT=${WORK} -P ${here}/await.cmake
                    RESULT_VARIABLE status OUTPUT_VARIABLE out ERROR_VARIABLE out)
    string(FIND "${out}" "lsp/${name}" named)
    if(kind STREQUAL "bad" AND (status EQUAL 0 OR named EQUAL -1))
      string(APPEND wrong "\nnot reported: ${name}")
    elseif(kind STREQUAL "good" AND NOT status EQUAL 0)
      string(APPEND wrong "\nreported without reason: ${name}: ${out}")
    endif()
  endforeach()
endforeach()
file(REMOVE_RECURSE ${WORK})
if(wrong)
  message(FATAL_ERROR "lint await:${wrong}")
endif()
