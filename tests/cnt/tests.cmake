neucasl_add_tests(cnt LIBRARIES neucasl_cnt_objects Eigen3::Eigen)
