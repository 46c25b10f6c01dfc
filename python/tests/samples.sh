# The files that the blocks of the documents read, small, in the present folder; `nearsym` is small_nearsym.py.
set -e
nearsym data simulate dimuon --process z -o zmm.lhe.gz
nearsym data simulate dimuon --process photon -o amm.lhe.gz
nearsym data convert zmm.lhe.gz amm.lhe.gz --select final --label 1,0 -o sample.h5
nearsym data simulate showers --level points -o points.h5
nearsym data simulate showers --seed 2 --level cells -o cells.h5
nearsym data simulate muons -o muon-cells.h5
nearsym data simulate muon_pairs -o pairs.h5
nearsym data convert pairs.h5 --only mass,truth,mu_pt,mu_eta --rename mass=m_mumu -o mumu.h5
nearsym data convert pairs.h5 --only mass,truth -o pairs.csv
nearsym observables pairs.h5 --names iso_0.3 -o isolation.h5
nearsym data convert isolation.h5 --only mass,iso_0.3,mu_pt --rename iso_0.3=isolation,mu_pt=output -o splot.h5

cat > net.yaml <<'END'
data: {file: points.h5}
split: {validation: 0.2, test: 0.3}
train: {epochs: 1, sampling: each, shuffle: true, scale: true}
models:
  net: {kind: pfn, particles: [x, y, energy], particle_map: [16], latent: 8, hidden: [16]}
END
nearsym train net.yaml -o model.h5
nearsym predict model.h5 points.h5 -o scores.h5
nearsym export model.h5 -o weights.npz

cat > turned.yaml <<'END'
data: {file: points.h5}
copies: {where: before, transform: rotate, count: 2}
detector: {cells: [8, 8]}
split: {validation: 0.2, test: 0.3}
train: {epochs: 1, sampling: each, shuffle: true, scale: true}
models:
  net: {kind: pfn, particles: cells, particle_map: [16], latent: 8, hidden: [16]}
END
cat > boosted.yaml <<'END'
data: {file: sample.h5}
copies: {where: before, transform: boost, count: 2}
detector: {smear: {resolution: 0.1}}
split: {validation: 0.2, test: 0.3}
train: {epochs: 1, sampling: each, shuffle: true, scale: true}
models:
  net: {kind: fcn, event: lorentz, hidden: [16]}
END
nearsym train turned.yaml -o turned.h5
cat > grid.yaml <<'END'
data: {file: points.h5}
split: {validation: 0.2, test: 0.3}
train: {epochs: 1, sampling: each, shuffle: true, scale: true}
models:
  net: {kind: pfn, particles: [x, y, energy], particle_map: [16], latent: 8, hidden: [16]}
experiments:
  sizes: {members: 1, grid: {model: [net], train.size: [50, 100]}}
  epochs: {members: 1, grid: {model: [net], train.epochs: [1, 2]}}
END
nearsym study run own-sample --set data.file=sample.h5 --out own
