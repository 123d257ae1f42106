neucasl_add_tests(model SEPARATE driven_device_test.cpp)
