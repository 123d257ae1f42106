neucasl_add_tests(cells)
add_dependencies(test_cells neucasl_finfet neucasl_cnt neucasl_native neucasl_ngspice
                 neucasl_ngspice_worker)
