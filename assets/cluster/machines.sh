#!/usr/bin/env bash
# Several machines at one piece of work, by PyTorch's launcher, as a job of Slurm:
#
#   sbatch --nodes=2 --gpus-per-node=4 assets/cluster/machines.sh embed counts.h5ad -o embedded.h5ad --model GPT_Binning_By_Gene
#   sbatch --nodes=2 --gpus-per-node=4 assets/cluster/machines.sh reference STORE --archs4 '' --model GPT_Binning_By_Gene
#   sbatch --nodes=4 --gpus-per-node=4 assets/cluster/machines.sh train --kind GPT_Binning_By_Gene -o own.pth
#
# One process a GPU, or one a machine where there is none. All machines need the release and the input at the same places;
# results are written by the first. `reference` goes on where it was stopped when the job is submitted again, and so does
# `train` with --resume. Give --cpus-per-task, the processors of a machine, which its processes share.
# $PORT: where they meet (29500). $PYTHON: of the environment that generain is in (python3).
#SBATCH --ntasks-per-node=1
set -euo pipefail
read -r first < <(scontrol show hostnames "$SLURM_JOB_NODELIST")
exec srun "${PYTHON:-python3}" -m torch.distributed.run \
  --nnodes "$SLURM_JOB_NUM_NODES" --nproc-per-node "${SLURM_GPUS_ON_NODE:-1}" \
  --rdzv-backend c10d --rdzv-id "$SLURM_JOB_ID" --rdzv-endpoint "$first:${PORT:-29500}" \
  -m generain_core "$@"
