neucasl_add_tests(photonic LIBRARIES neucasl_photonic_objects Eigen3::Eigen)
target_include_directories(test_photonic PRIVATE ${plugins}/photonic)
add_dependencies(test_photonic neucasl_photonic neucasl_memristor neucasl_finfet neucasl_ngspice
                 neucasl_ngspice_worker neucasl_native neucasl_performance neucasl_semiconductor)
