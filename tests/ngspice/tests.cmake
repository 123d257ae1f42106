# Device models for the tests, as a plugin, and a worker that misbehaves on purpose.
set(models_folder ${CMAKE_BINARY_DIR}/tests/plugins/test_models)
add_library(test_ngspice_models MODULE ${CMAKE_CURRENT_LIST_DIR}/models/models.cpp)
target_link_libraries(test_ngspice_models PRIVATE neucasl neucasl_warnings)
set_target_properties(test_ngspice_models PROPERTIES PREFIX "" OUTPUT_NAME libtest_models
                                                     LIBRARY_OUTPUT_DIRECTORY ${models_folder})
configure_file(${CMAKE_CURRENT_LIST_DIR}/models/manifest.xml ${models_folder}/manifest.xml COPYONLY)

add_executable(test_ngspice_faulty_worker ${CMAKE_CURRENT_LIST_DIR}/models/faulty_worker.cpp)
target_include_directories(test_ngspice_faulty_worker PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(test_ngspice_faulty_worker PRIVATE neucasl_ngspice_worker_main
                                                         neucasl_warnings)
set_target_properties(test_ngspice_faulty_worker PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                            ${CMAKE_BINARY_DIR}/tests)

target_compile_definitions(
  test_ngspice
  PRIVATE NEUCASL_TEST_PLUGINS="${CMAKE_BINARY_DIR}/tests/plugins"
          NEUCASL_TEST_FAULTY_WORKER="$<TARGET_FILE:test_ngspice_faulty_worker>"
          NEUCASL_TEST_CODE_MODEL="$<TARGET_FILE:neucasl_ngspice_bridge>")
add_dependencies(test_ngspice test_ngspice_models test_ngspice_faulty_worker)

if(NEUCASL_BENCHMARKS)
  add_executable(benchmark_ngspice ${CMAKE_CURRENT_LIST_DIR}/speed.cpp)
  target_include_directories(benchmark_ngspice PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_LIST_DIR}
                                                       ${CMAKE_SOURCE_DIR}/plugins)
  target_link_libraries(benchmark_ngspice PRIVATE neucasl_ngspice_objects neucasl_ngspice_driver
                                                  neucasl_warnings)
  target_compile_definitions(
    benchmark_ngspice PRIVATE NEUCASL_TEST_WORKER="$<TARGET_FILE:neucasl_ngspice_worker>"
                              NEUCASL_TEST_PLUGINS="${CMAKE_BINARY_DIR}/tests/plugins")
  set_target_properties(benchmark_ngspice PROPERTIES RUNTIME_OUTPUT_DIRECTORY
                                                     ${CMAKE_BINARY_DIR}/tests)
  add_dependencies(benchmark_ngspice neucasl_ngspice_worker test_ngspice_models)
endif()
