# Small plugins, most of them faulty, for the tests of the plugin host. The static build has no
# libraries to load.
if(NOT NEUCASL_STATIC_PLUGINS)
  file(GLOB broken CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/broken/*.cpp)
  foreach(source IN LISTS broken)
    cmake_path(GET source STEM name)
    set(folder ${CMAKE_BINARY_DIR}/tests/plugins/${name})
    add_library(test_plugin_${name} MODULE ${source})
    target_link_libraries(test_plugin_${name} PRIVATE neucasl neucasl_warnings)
    set_target_properties(test_plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME plugin SUFFIX .so
                                                         LIBRARY_OUTPUT_DIRECTORY ${folder})
    configure_file(${CMAKE_CURRENT_LIST_DIR}/manifest.xml.in ${folder}/manifest.xml @ONLY)
    add_dependencies(test_plugin test_plugin_${name})
  endforeach()
endif()
