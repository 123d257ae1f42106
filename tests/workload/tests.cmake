neucasl_add_tests(workload SOURCES workload/derivative_cases.cpp)
