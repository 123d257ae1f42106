neucasl_add_tests(memristor LIBRARIES neucasl_memristor_objects)
add_dependencies(test_memristor neucasl_memristor neucasl_finfet neucasl_semiconductor
                 neucasl_ngspice neucasl_ngspice_worker neucasl_native)
