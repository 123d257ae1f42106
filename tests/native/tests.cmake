neucasl_add_tests(native LIBRARIES neucasl_native_objects Eigen3::Eigen)
target_include_directories(test_native PRIVATE ${plugins}/native)
