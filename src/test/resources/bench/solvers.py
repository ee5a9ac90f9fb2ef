"""Other people's solvers of logistic regression, for scripts/bench.

Usage: solvers.py scikit-learn|liblinear FILE ROWS FEATURES L2

FILE.x holds the features, float32, row-major; FILE.y the labels, float32. Says "ready" and what it uses, then trains
once for each line of its input and answers with the seconds of the training alone, the loading of the data left out.
The parameters go to FILE.w, float64, the intercept last. The objective is mean log loss + L2 / 2 |w|^2.

scikit-learn: a line is "SOLVER TYPE ITERATIONS", such as "lbfgs float32 8"; what is timed is fit().
liblinear: a line is "SOLVER EPSILON", such as "0 0.01"; what is timed is train() of Debian's liblinear.so.4, which
penalizes the intercept, too; with L2 = 1e-4 that moves the objective by less than a millionth.
"""

import ctypes
import sys
import time
import warnings

import numpy


class ScikitLearn:
    """LogisticRegression over one array a type."""

    def __init__(self, x, y, l2):
        import sklearn
        from sklearn.linear_model import LogisticRegression
        from threadpoolctl import threadpool_info

        warnings.filterwarnings("ignore")  # that the iterations are few is what was asked for
        self.model = LogisticRegression
        self.x = {"float32": x}
        self.y = y
        self.c = 1 / (l2 * len(y))
        blas = [each for each in threadpool_info() if each["user_api"] == "blas"]
        if not blas:
            raise ImportError("numpy has no OpenBLAS")
        self.name = "scikit-learn %s, %s %s for %s, threads %d" % (
            sklearn.__version__, blas[0]["internal_api"], blas[0]["version"], blas[0]["architecture"],
            blas[0]["num_threads"])

    def train(self, solver, kind, iterations):
        if kind not in self.x:
            self.x[kind] = self.x["float32"].astype(kind)
        model = self.model(solver=solver, C=self.c, max_iter=int(iterations), tol=1e-15)
        start = time.perf_counter()
        model.fit(self.x[kind], self.y)
        seconds = time.perf_counter() - start
        return seconds, numpy.append(model.coef_[0], model.intercept_)


class Node(ctypes.Structure):
    _fields_ = [("index", ctypes.c_int), ("value", ctypes.c_double)]


class Problem(ctypes.Structure):
    _fields_ = [("l", ctypes.c_int), ("n", ctypes.c_int), ("y", ctypes.c_void_p), ("x", ctypes.c_void_p),
                ("bias", ctypes.c_double)]


class Parameter(ctypes.Structure):
    """As of versions 2.11 to 2.30; later ones have more fields."""

    _fields_ = [("solver_type", ctypes.c_int), ("eps", ctypes.c_double), ("C", ctypes.c_double),
                ("nr_weight", ctypes.c_int), ("weight_label", ctypes.c_void_p), ("weight", ctypes.c_void_p),
                ("p", ctypes.c_double), ("init_sol", ctypes.c_void_p)]


class Model(ctypes.Structure):
    """Its beginning."""

    _fields_ = [("param", Parameter), ("nr_class", ctypes.c_int), ("nr_feature", ctypes.c_int),
                ("w", ctypes.POINTER(ctypes.c_double)), ("label", ctypes.POINTER(ctypes.c_int)),
                ("bias", ctypes.c_double)]


class Liblinear:
    """train() of liblinear's shared library, over one array of its nodes."""

    def __init__(self, x, y, l2):
        self.library = ctypes.CDLL("liblinear.so.4")
        self.library.train.restype = ctypes.POINTER(Model)
        self.silent = ctypes.CFUNCTYPE(None, ctypes.c_char_p)(lambda text: None)
        self.library.set_print_string_function(self.silent)
        version = ctypes.c_int.in_dll(self.library, "liblinear_version").value
        if version > 230:
            raise ImportError("liblinear %d has a struct parameter of another form" % version)
        self.name = "liblinear %d.%d" % (version // 100, version % 100)
        rows, features = x.shape
        self.nodes = numpy.zeros((rows, features + 2), numpy.dtype(Node))
        self.nodes["index"] = numpy.arange(1, features + 3)
        self.nodes["index"][:, -1] = -1
        self.nodes["value"][:, :features] = x
        self.nodes["value"][:, features] = 1
        self.starts = self.nodes.ctypes.data + numpy.arange(rows, dtype=numpy.uint64) * self.nodes.strides[0]
        self.y = y.astype(numpy.float64)
        self.problem = Problem(rows, features + 1, self.y.ctypes.data, self.starts.ctypes.data, 1.0)
        self.c = 1 / (l2 * rows)

    def train(self, solver, epsilon):
        parameter = Parameter(int(solver), float(epsilon), self.c, 0, None, None, 0.1, None)
        start = time.perf_counter()
        model = self.library.train(ctypes.byref(self.problem), ctypes.byref(parameter))
        seconds = time.perf_counter() - start
        w = numpy.ctypeslib.as_array(model.contents.w, (self.problem.n,)).copy()
        if model.contents.label[0] == 0:
            w = -w
        self.library.free_and_destroy_model(ctypes.byref(model))
        return seconds, w


def main(kind, file, rows, features, l2):
    x = numpy.fromfile(file + ".x", numpy.float32).reshape(int(rows), int(features))
    y = numpy.fromfile(file + ".y", numpy.float32)
    solver = {"scikit-learn": ScikitLearn, "liblinear": Liblinear}[kind](x, y, float(l2))
    print("ready", solver.name, flush=True)
    for line in sys.stdin:
        seconds, parameters = solver.train(*line.split())
        parameters.astype(numpy.float64).tofile(file + ".w")
        print(seconds, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
