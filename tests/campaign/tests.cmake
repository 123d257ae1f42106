add_executable(test_campaign_worker ${CMAKE_CURRENT_LIST_DIR}/worker_main.cpp)
target_include_directories(test_campaign_worker PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(test_campaign_worker PRIVATE neucasl neucasl_warnings)
set_target_properties(test_campaign_worker PROPERTIES
                      RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests UNITY_BUILD OFF)

set(definitions NEUCASL_TEST_CAMPAIGN_WORKER="$<TARGET_FILE:test_campaign_worker>")
if(TARGET neucasl_mpi)
  list(APPEND definitions NEUCASL_TEST_MPIRUN="${MPIEXEC_EXECUTABLE}")
endif()
neucasl_add_tests(campaign DEFINITIONS ${definitions})
add_dependencies(test_campaign test_campaign_worker neucasl_tool neucasl_native neucasl_finfet
                 neucasl_photonic neucasl_performance neucasl_array neucasl_memristor)
if(TARGET neucasl_mpi)
  add_dependencies(test_campaign neucasl_mpi)
endif()
