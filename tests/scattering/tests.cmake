neucasl_add_tests(scattering LIBRARIES neucasl_scattering_objects neucasl_photonic_objects
                                       neucasl_native_objects Eigen3::Eigen
                  SEPARATE envelope_channels_test.cpp envelope_test.cpp
                           thermal_test.cpp)
target_include_directories(test_scattering PRIVATE ${plugins}/scattering)
add_dependencies(test_scattering neucasl_scattering neucasl_photonic neucasl_ngspice
                 neucasl_ngspice_worker neucasl_native)
