# neucasl_group_by_folder(<target>)
#
# Where sources are compiled together (CMAKE_UNITY_BUILD), those of one folder are one group.
function(neucasl_group_by_folder target)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(GET folder FILENAME group)
    if(NOT group)
      set(group ${target})
    endif()
    set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
  endforeach()
endfunction()

# neucasl_add_plugin(<name> SOURCES <file>...)
#
# Makes target neucasl_<name> from sources, of which plugin.cpp holds the descriptor, and the
# manifest.xml in the current folder, and puts both where the host looks:
# <prefix>/lib/neucasl/plugins/<name>/. Works in this tree and, after find_package(neucasl), in
# anybody else's.
function(neucasl_add_plugin name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES")
  set(target neucasl_${name})
  set(folder ${CMAKE_BINARY_DIR}/lib/neucasl/plugins/${name})
  # All but the file with the descriptor, which may stand in a program only once, is compiled for
  # the plugin and for tests that use its classes directly.
  set(parts ${arg_SOURCES})
  list(REMOVE_ITEM parts plugin.cpp)
  set(entry ${arg_SOURCES})
  list(REMOVE_ITEM entry ${parts})
  if(NEUCASL_STATIC_PLUGINS)
    add_library(${target} STATIC ${entry})
    set_property(GLOBAL APPEND PROPERTY NEUCASL_LINKED_PLUGINS ${name})
  else()
    add_library(${target} MODULE ${entry})
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${folder})
    if(NOT NEUCASL_SANITIZE)
      # A symbol that the library does not show is found here and not at load time.
      target_link_options(${target} PRIVATE -Wl,--no-undefined)
    endif()
  endif()
  set(targets ${target})
  if(parts)
    add_library(${target}_objects OBJECT ${parts})
    target_link_libraries(${target} PRIVATE ${target}_objects)
    list(APPEND targets ${target}_objects)
  endif()
  foreach(one IN LISTS targets)
    set_target_properties(${one} PROPERTIES POSITION_INDEPENDENT_CODE ON
                                            DEFINE_SYMBOL ""
                                            CXX_VISIBILITY_PRESET hidden
                                            VISIBILITY_INLINES_HIDDEN ON)
    neucasl_group_by_folder(${one})
    if(NEUCASL_UNITY AND TARGET neucasl)
      target_precompile_headers(${one} REUSE_FROM neucasl)
    endif()
    target_compile_features(${one} PUBLIC cxx_std_20)
    target_link_libraries(${one} PUBLIC neucasl::neucasl)
    if(TARGET neucasl_warnings)
      target_link_libraries(${one} PRIVATE neucasl_warnings)
    endif()
  endforeach()
  configure_file(${CMAKE_CURRENT_SOURCE_DIR}/manifest.xml ${folder}/manifest.xml COPYONLY)
  if(NOT NEUCASL_STATIC_PLUGINS)
    install(TARGETS ${target} LIBRARY DESTINATION lib/neucasl/plugins/${name})
  endif()
  install(FILES manifest.xml DESTINATION lib/neucasl/plugins/${name})
endfunction()
