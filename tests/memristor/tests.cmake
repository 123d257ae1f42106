neucasl_add_tests(memristor LIBRARIES neucasl_memristor_objects
                  SEPARATE phase_change_memory_test.cpp stanford_pku_reram_test.cpp
                           threshold_selector_test.cpp vteam_test.cpp)
add_dependencies(test_memristor neucasl_memristor neucasl_finfet neucasl_semiconductor
                 neucasl_ngspice neucasl_ngspice_worker neucasl_native neucasl_array)
