neucasl_add_tests(flow LABELS slow)
add_dependencies(test_flow neucasl_tool neucasl_native)

# A front end and a simulator that are wrong when told to be. The static build has no libraries to
# load.
if(NOT NEUCASL_STATIC_PLUGINS)
  set(fake ${CMAKE_BINARY_DIR}/tests/fake_plugins/fake)
  add_library(test_plugin_fake MODULE ${CMAKE_CURRENT_LIST_DIR}/fake_plugin/plugin.cpp)
  target_include_directories(test_plugin_fake PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(test_plugin_fake PRIVATE neucasl neucasl_warnings)
  set_target_properties(test_plugin_fake PROPERTIES PREFIX "" OUTPUT_NAME plugin SUFFIX .so
                                                    LIBRARY_OUTPUT_DIRECTORY ${fake})
  configure_file(${CMAKE_CURRENT_LIST_DIR}/fake_plugin/manifest.xml ${fake}/manifest.xml COPYONLY)
  add_dependencies(test_flow test_plugin_fake)
endif()
