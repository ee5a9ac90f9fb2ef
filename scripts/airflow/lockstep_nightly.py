"""Trains on the day's rows every night, judges the model beside the current one, and promotes it if it is no worse.

Copy this file into Airflow's dags folder. What it needs, under one directory that the scheduler's workers and
the Spark cluster share:

    $LOCKSTEP_NIGHTLY/nightly.conf         the run file; its output is set here
    $LOCKSTEP_NIGHTLY/data/<ds>/           the rows of a day
    $LOCKSTEP_NIGHTLY/holdout/             rows that no model trains on; every model is judged on them
    $LOCKSTEP_NIGHTLY/lockstep.jar         the jar

The Spark connection names the master and the deploy mode. The day is the run's id: a retry resumes the run of
that day, and a task that is cleared after its run has finished finds it finished and does nothing. Results come
back by file, since spark-submit returns none, and in cluster mode not even the exit code.
"""

import json
import math
import os
from datetime import datetime, timedelta

from airflow import DAG
from airflow.exceptions import AirflowException
from airflow.operators.python import PythonOperator
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

ROOT = os.environ.get("LOCKSTEP_NIGHTLY", "/data/lockstep")
METRIC = os.environ.get("LOCKSTEP_NIGHTLY_METRIC", "log_loss")
LOWER_IS_BETTER = {"loss", "log_loss", "perplexity", "rmse", "mae", "poisson_deviance"}  # of all others, higher

RUN = ROOT + "/runs/{{ ds }}"
TRAINED = ROOT + "/results/{{ ds }}-train.json"
JUDGED = ROOT + "/results/{{ ds }}-evaluate.json"
CHAMPION = ROOT + "/results/{{ ds }}-champion.json"
CURRENT = ROOT + "/current.json"


def result_of(path):
    """The result at path; raises if the command that wrote it failed, or has not ended or died without a word."""
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    if "exit_code" not in result:
        raise AirflowException(f"{path}: {result['status']} since {result.get('started')}: no result of this attempt")
    if result["exit_code"] != 0:
        raise AirflowException(f"{path}: exit code {result['exit_code']}: {result.get('error', result['status'])}")
    return result


def score_of(path):
    """The metric of an evaluation; raises if there is none that compares."""
    score = result_of(path)["metrics"]["all"].get(METRIC)
    if not isinstance(score, (int, float)) or not math.isfinite(score):
        raise AirflowException(f"{path}: {METRIC} is {score}, must be a finite number: no model is promoted")
    return score


def champion_or(model):
    """The model that current.json points at, or this one while there is none."""
    if not os.path.exists(CURRENT):
        return model
    with open(CURRENT, encoding="utf-8") as file:
        return json.load(file)["model"]


def not_judged(why):
    """What to do about a champion that could not be judged."""
    if not os.path.exists(CURRENT):
        return f"the day's model could not be judged: {why}"
    model = champion_or("")
    return f"{model} could not be judged: {why}; if that stays so, remove {CURRENT}, which points at it"


def promote_if_not_worse(run, trained, judged, champion, current):
    """Points current.json at the day's model, unless the model that it points at does better on the same rows."""
    result_of(trained)
    score = score_of(judged)
    try:
        best = score_of(champion)
    except (AirflowException, OSError, ValueError) as why:
        raise AirflowException(not_judged(why)) from why
    worse = score > best if METRIC in LOWER_IS_BETTER else score < best
    if worse:
        print(f"kept {champion_or(run + '/model')}: {METRIC} {best} against {score} of {run}/model")
        return False
    text = json.dumps({"model": run + "/model", "metric": METRIC, "score": score})
    with open(current + ".new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(current + ".new", current)
    print(f"promoted {run}/model: {METRIC} {score}")
    return True


def lockstep(task_id, *arguments, **more):
    """A task that runs one Lockstep command on the cluster of the connection."""
    return SparkSubmitOperator(
        task_id=task_id,
        conn_id="spark_default",
        application=ROOT + "/lockstep.jar",
        java_class="dev.lockstep.app.Lockstep",
        name="lockstep " + task_id + " {{ ds }}",
        conf={"spark.master.rest.enabled": "true", "spark.serializer": "org.apache.spark.serializer.KryoSerializer"},
        application_args=list(arguments),
        **more,
    )


def judge(task_id, model, result, **more):
    """A task that evaluates a model on the holdout."""
    return lockstep(
        task_id,
        "evaluate",
        ROOT + "/nightly.conf",
        "--model",
        model,
        "--set",
        "data.source.path=" + ROOT + "/holdout",
        "--result-file",
        result,
        **more,
    )


with DAG(
    dag_id="lockstep_nightly",
    schedule="0 2 * * *",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    max_active_runs=1,
    user_defined_macros={"champion_or": champion_or},
    default_args={"retries": 3, "retry_delay": timedelta(minutes=5)},
) as dag:
    train = lockstep(
        "train",
        "train",
        ROOT + "/nightly.conf",
        "--set",
        "data.source.path=" + ROOT + "/data/{{ ds }}",
        "--set",
        "output=" + ROOT + "/runs",
        "--run-id",
        "{{ ds }}",
        "--result-file",
        TRAINED,
    )
    evaluate = judge("evaluate", RUN + "/model", JUDGED)
    champion = judge(
        "champion",
        "{{ champion_or('" + ROOT + "/runs/' ~ ds ~ '/model') }}",
        CHAMPION,
        on_failure_callback=lambda context: print(not_judged(context.get("exception"))),
    )
    promote = PythonOperator(
        task_id="promote",
        python_callable=promote_if_not_worse,
        op_kwargs={"run": RUN, "trained": TRAINED, "judged": JUDGED, "champion": CHAMPION, "current": CURRENT},
    )
    train >> evaluate >> champion >> promote
