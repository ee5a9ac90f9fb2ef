"""Imports a DAG under modules that stand in for Airflow's, renders its templates as Airflow does, and

    run_dag.py plan DAG DS SPARK_SUBMIT MASTER DEPLOY_MODE     prints every task: its argv or its arguments, and what follows it
    run_dag.py call DAG DS TASK                                calls the function of a Python task

The argv has the order of SparkSubmitHook. Exit code 42: jinja2 is missing.
"""

import importlib.util
import json
import sys
import types

try:
    import jinja2
except ImportError:
    sys.exit(42)

TASKS = {}
TEMPLATED = ("application", "conf", "files", "jars", "name", "application_args", "properties_file", "env_vars")
KNOWN = TEMPLATED + ("task_id", "conn_id", "java_class", "packages", "driver_class_path", "total_executor_cores",
                     "executor_cores", "executor_memory", "driver_memory", "num_executors", "queue", "deploy_mode",
                     "on_failure_callback")  # the last one of every operator


class DAG:
    def __init__(self, dag_id, **settings):
        self.dag_id, self.settings = dag_id, settings

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        return False


class Operator:
    def __init__(self, task_id, **settings):
        self.task_id, self.settings, self.next = task_id, settings, []
        TASKS[task_id] = self

    def __rshift__(self, other):
        self.next.append(other.task_id)
        return other


class SparkSubmitOperator(Operator):
    def __init__(self, **settings):
        unknown = set(settings) - set(KNOWN)
        if unknown:
            raise TypeError(f"SparkSubmitOperator has no {sorted(unknown)}")
        super().__init__(**settings)


class PythonOperator(Operator):
    pass


class AirflowException(Exception):
    pass


def module(name, **content):
    made = types.ModuleType(name)
    made.__path__ = []
    vars(made).update(content)
    sys.modules[name] = made


def render(value, context):
    if isinstance(value, str):
        return jinja2.Environment(undefined=jinja2.StrictUndefined).from_string(value).render(context)
    if isinstance(value, dict):
        return {key: render(inner, context) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [render(inner, context) for inner in value]
    return value


def argv(task, context, spark_submit, master, deploy_mode):
    settings = {key: render(value, context) if key in TEMPLATED else value for key, value in task.settings.items()}
    command = [spark_submit, "--master", master]
    for key, value in settings.get("conf", {}).items():
        command += ["--conf", f"{key}={value}"]
    for key in ("properties_file", "files", "driver_class_path", "jars", "packages", "num_executors",
                "total_executor_cores", "executor_cores", "executor_memory", "driver_memory", "name"):
        if key in settings:
            command += ["--" + key.replace("_", "-"), settings[key]]
    if "java_class" in settings:
        command += ["--class", settings["java_class"]]
    if "queue" in settings:
        command += ["--queue", settings["queue"]]
    if deploy_mode:
        command += ["--deploy-mode", deploy_mode]
    command += [settings["application"], *settings["application_args"]]
    not_strings = [word for word in command if not isinstance(word, str)]
    if not_strings:
        raise TypeError(f"not strings: {not_strings}")
    return command


def main():
    module("airflow", DAG=DAG)
    module("airflow.exceptions", AirflowException=AirflowException)
    module("airflow.operators")
    module("airflow.operators.python", PythonOperator=PythonOperator)
    for name in ("providers", "providers.apache", "providers.apache.spark", "providers.apache.spark.operators"):
        module("airflow." + name)
    module("airflow.providers.apache.spark.operators.spark_submit", SparkSubmitOperator=SparkSubmitOperator)
    mode, path, day, *rest = sys.argv[1:]
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location("dag_under_test", path)
    dag = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dag)
    context = {"ds": day, "ds_nodash": day.replace("-", ""), "run_id": f"scheduled__{day}T02:00:00+00:00"}
    context.update(dag.dag.settings.get("user_defined_macros", {}))
    if mode == "call":
        task = TASKS[rest[0]]
        print(task.settings["python_callable"](**render(task.settings["op_kwargs"], context)))
        return
    plan = {}
    for task in TASKS.values():
        entry = {"next": task.next}
        if isinstance(task, SparkSubmitOperator):
            entry["argv"] = argv(task, context, *rest)
        plan[task.task_id] = entry
    print(json.dumps({"dag": dag.dag.dag_id, "retries": dag.dag.settings["default_args"]["retries"], "tasks": plan}))


main()
