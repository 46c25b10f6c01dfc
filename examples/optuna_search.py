"""Optuna looks for the settings of a study's network.

The objective is a card with a trial's settings laid over it: one network is trained, and its best validation loss is
what Optuna minimises. Trials that are worse than others halfway are not trained to the end: a first training of a few
epochs decides.

    pip install optuna
    python examples/optuna_search.py
"""

import os
import tempfile
from pathlib import Path

import nearsym as ns
import optuna

QUICK = bool(os.environ.get("NSYM_QUICK"))
EVENTS, TRIALS, EPOCHS = (1000, 3, 4) if QUICK else (10000, 20, 20)
CARD = {
    "data": {"generate": "dimuon", "events": EVENTS},
    "detector": {"smear": {"resolution": 0.1}},
    "split": {"validation": 0.2, "test": 0.2},
    "train": {"epochs": EPOCHS, "sampling": "each", "shuffle": True, "scale": True},
    "models": {
        "hybrid": {"kind": "hybrid", "particles": "p4", "event": "lorentz", "gate": "pt", "particle_map": [64, 64],
                   "event_map": [64, 64], "gate_map": [32], "latent": 16, "hidden": [64, 64]},
    },
}  # fmt: skip


def trained(settings, epochs, path):
    """A network with these settings."""
    return ns.Study(CARD, set={**settings, "train.epochs": epochs}).train(path)


def objective(trial):
    """The best validation loss with a trial's settings."""
    width = trial.suggest_categorical("width", [16, 32, 64, 128])
    settings = {
        "train.learning_rate": trial.suggest_float("learning_rate", 1e-4, 1e-2, log=True),
        "train.batch": trial.suggest_categorical("batch", [64, 128, 256]),
        "train.weight_decay": trial.suggest_float("weight_decay", 1e-4, 0.1, log=True),
        "models.hybrid.latent": trial.suggest_int("latent", 4, 32, log=True),
        "models.hybrid.hidden": [width, width],
    }
    trial.set_user_attr("settings", settings)
    with tempfile.TemporaryDirectory() as folder:
        for epochs in (max(1, EPOCHS // 4), EPOCHS):
            network = trained(settings, epochs, Path(folder, "model.h5"))
            loss = network.history["validation_loss"].min()
            trial.report(loss, epochs)
            if trial.should_prune():
                raise optuna.TrialPruned
    trial.set_user_attr("auc", network.auc)
    return loss


if __name__ == "__main__":
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    search = optuna.create_study(
        sampler=optuna.samplers.TPESampler(seed=1),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=5),
    )
    search.optimize(objective, n_trials=TRIALS)
    best = search.best_trial
    pruned = sum(trial.state == optuna.trial.TrialState.PRUNED for trial in search.trials)
    print(f"{len(search.trials)} trials, {pruned} of them stopped early")
    print(f"validation loss {best.value:.4f}, test AUC {best.user_attrs['auc']:.4f} with")
    for path, value in best.user_attrs["settings"].items():
        print(f"  {path} = {value:.4g}" if isinstance(value, float) else f"  {path} = {value}")
