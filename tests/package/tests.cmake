# Installs what was built, builds the example plugin against the installation as a stranger would,
# and simulates it. The static build has no plugins to load.
if(NOT NEUCASL_STATIC_PLUGINS AND NOT NEUCASL_SANITIZE)
  add_test(NAME package.out_of_tree_plugin
           COMMAND bash ${CMAKE_CURRENT_SOURCE_DIR}/package/out_of_tree_plugin.sh
                   ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR}/examples/device_plugin
                   ${CMAKE_CXX_COMPILER} ${CMAKE_GENERATOR})
  set_tests_properties(package.out_of_tree_plugin PROPERTIES TIMEOUT 600 LABELS slow)
endif()
