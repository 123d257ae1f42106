neucasl_add_tests(spiking LIBRARIES neucasl_spiking_objects)
add_dependencies(test_spiking neucasl_spiking neucasl_finfet neucasl_cnt neucasl_native
                 neucasl_ngspice neucasl_ngspice_worker)
