neucasl_add_tests(native LIBRARIES neucasl_native_objects Eigen3::Eigen
                  SEPARATE integration_test.cpp noise_test.cpp small_signal_test.cpp)
target_include_directories(test_native PRIVATE ${plugins}/native)
