# neucasl_add_plugin(<name> SOURCES <file>...)
#
# Makes target neucasl_<name> from sources and the manifest.xml in the current folder, and puts
# both where the host looks: <prefix>/lib/neucasl/plugins/<name>/. Works in this tree and, after
# find_package(neucasl), in anybody else's.
function(neucasl_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  set(target neucasl_${name})
  set(folder ${CMAKE_BINARY_DIR}/lib/neucasl/plugins/${name})
  if(NEUCASL_STATIC_PLUGINS)
    add_library(${target} STATIC ${arg_SOURCES})
    set_property(GLOBAL APPEND PROPERTY NEUCASL_LINKED_PLUGINS ${name})
  else()
    add_library(${target} MODULE ${arg_SOURCES})
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${folder})
    if(NOT NEUCASL_SANITIZE)
      # A symbol that the library does not show is found here and not at load time.
      target_link_options(${target} PRIVATE -Wl,--no-undefined)
    endif()
  endif()
  set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden
                                             VISIBILITY_INLINES_HIDDEN ON)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_link_libraries(${target} PRIVATE neucasl::neucasl)
  if(TARGET neucasl_warnings)
    target_link_libraries(${target} PRIVATE neucasl_warnings)
  endif()
  configure_file(${CMAKE_CURRENT_SOURCE_DIR}/manifest.xml ${folder}/manifest.xml COPYONLY)
  if(NOT NEUCASL_STATIC_PLUGINS)
    install(TARGETS ${target} LIBRARY DESTINATION lib/neucasl/plugins/${name})
  endif()
  install(FILES manifest.xml DESTINATION lib/neucasl/plugins/${name})
endfunction()
