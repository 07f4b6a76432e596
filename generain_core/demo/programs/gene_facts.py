"""Facts about genes of the demo release: names and aliases of well-known ones, and genes that the model leaves out."""

TWO_ROWS = ("MATR3", "ENSG00000280987", "ENSG00000015479")
"""A symbol of two Ensembl genes, the one that is hardly expressed first: only the other is modelled."""

LITTLE_EXPRESSED = """
OR1E1 OR1G1 OR1J2 OR2W1 OR2Z1 OR4C6 OR4D6 OR4K15 OR5D18 OR5P3 OR6C1 OR6N1 OR7G1 OR8K1 OR8K3 OR9G4 OR10J5 OR10X1 OR13C5 OR14C36
OR51B6 OR51I1 OR52E2 OR56B4 INS PRM1 TNP1 IFNA1 LALBA CSN2 DEFA5 AMELX
"""
"""Protein-coding genes whose mean stays below the model's limit."""

OTHER_KINDS = """
PTENP1:transcribed_processed_pseudogene GBAP1:transcribed_unprocessed_pseudogene HBBP1:transcribed_unprocessed_pseudogene
MIR21:miRNA MIR155:miRNA MIR17:miRNA MIR122:miRNA MIRLET7A1:miRNA SNORD3A:snoRNA SNORD13:snoRNA SNORA73A:snoRNA
MT-RNR1:Mt_rRNA MT-RNR2:Mt_rRNA RN7SK:snRNA TRAC:TR_C_gene IGHM:IG_C_gene IGKC:IG_C_gene
"""
"""Symbol and biotype of genes that are neither coding nor lncRNA."""

NAMES = """
TP53|tumor protein p53|p53,LFS1||7157
ERBB2|erb-b2 receptor tyrosine kinase 2|HER2,NEU,HER-2,CD340|NGL|2064
ERBB3|erb-b2 receptor tyrosine kinase 3|HER3|LCCS2|2065
ERBB4|erb-b2 receptor tyrosine kinase 4|ALS19||2066
EGFR|epidermal growth factor receptor|ERBB1|ERBB|1956
CD274|CD274 molecule|B7-H,B7H1,PD-L1,PDL1,B7-H1|PDCD1LG1|29126
PDCD1LG2|programmed cell death 1 ligand 2|PD-L2,PDL2,Btdc,B7-DC,CD273||80380
PDCD1|programmed cell death 1|CD279,PD1,PD-1,hSLE1||5133
POU5F1|POU class 5 homeobox 1|OCT3,OCT4,Oct4|OTF3|5460
SEPTIN7|septin 7|CDC3|CDC10,SEPT7|989
SEPTIN2|septin 2||NEDD5,DIFF6,SEPT2|4735
SEPTIN9|septin 9|MSF,AF17q25|MSF1,SEPT9|10801
SEPTIN3|septin 3||SEPT3|55964
SEPTIN5|septin 5|H5,CDCREL,CDCREL-1,HCDCREL-1|PNUTL1,SEPT5|5413
MARCHF1|membrane associated ring-CH-type finger 1|RNF171|MARCH1|55016
MARCHF6|membrane associated ring-CH-type finger 6|RNF176,TEB4|MARCH6|10299
MARCHF7|membrane associated ring-CH-type finger 7|RNF177,AXOT|AXOT,MARCH7|64844
MARCHF4|membrane associated ring-CH-type finger 4|RNF174|MARCH4|57574
MTARC1|mitochondrial amidoxime reducing component 1||MOSC1,MARC1|64757
XIST|X inactive specific transcript|NCRNA00001,LINC00001,swd66||7503
TSIX|TSIX transcript, XIST antisense RNA|NCRNA00013,LINC00013||9383
FTX|FTX transcript, XIST regulator|LINC00182|NCRNA00182|100302692
JPX|JPX transcript, XIST activator|ENOX,LINC00183,NCRNA00183||554203
MALAT1|metastasis associated lung adenocarcinoma transcript 1|PRO1073,MALAT-1,NCRNA00047,HCN,NEAT2,LINC00047,mascRNA||378938
NEAT1|nuclear paraspeckle assembly transcript 1|LINC00084,NCRNA00084,VINC,TncRNA||283131
H19|H19 imprinted maternally expressed transcript|ASM,ASM1,LINC00008,NCRNA00008||283120
HOTAIR|HOX transcript antisense RNA|HOXC-AS4,HOXC11-AS1,NCRNA00072||100124700
HOTTIP|HOXA distal transcript antisense RNA|HOXA-AS6,HOXA13-AS1,NCRNA00213||100316868
HOTAIRM1|HOXA transcript antisense RNA, myeloid-specific 1|HOXA-AS1,NCRNA00179||100506311
GAS5|growth arrest specific 5|SNHG2,NCRNA00030||60674
SNHG1|small nucleolar RNA host gene 1|UHG,NCRNA00057,LINC00057||23642
MEG3|maternally expressed 3|LINC00023,NCRNA00023,GTL2||55384
MEG8|maternally expressed 8, small nucleolar RNA host gene|Rian,SNHG23,SNHG24,LINC00024,NCRNA00024||79104
KCNQ1OT1|KCNQ1 opposite strand/antisense transcript 1|LIT1,KvLQT1-AS,KvDMR1,NCRNA00012||10984
MIAT|myocardial infarction associated transcript|GOMAFU,RNCR2,NCRNA00066,LINC00066|C22orf35|440823
PVT1|Pvt1 oncogene|NCRNA00079,LINC00079,onco-lncRNA-100||5820
NORAD|non-coding RNA activated by DNA damage||LINC00657|647979
CYTOR|cytoskeleton regulator RNA||C2orf59,NCRNA00152,LINC00152|112597
DANCR|differentiation antagonizing non-protein coding RNA|ANCR,AGU2|SNHG13|57291
HAGLR|HOXD antisense growth-associated long non-coding RNA|Mdgt|HOXD-AS1|401022
PURPL|p53 upregulated regulator of p53 levels||LINC01021|643401
PELATON|plaque enriched lncRNA in atherosclerotic and inflammatory bowel macrophage regulation|SMANTIS||
MIR17HG|miR-17-92a-1 cluster host gene|NCRNA00048,LINC00048,MIRH1,MIRHG1,MIHG1|C13orf25|407975
MIR155HG|MIR155 host gene|BIC,NCRNA00172,MIRHG2||114614
DLEU2|deleted in lymphocytic leukemia 2|BCMSUN,LEU2,NCRNA00022||8847
DLEU1|deleted in lymphocytic leukemia 1|BCMS,LEU1,NCRNA00021||10301
TUG1|taurine up-regulated 1|FLJ20618,NCRNA00080,LINC00080||55000
OIP5-AS1|OIP5 antisense RNA 1|cyrano||729082
ZFAS1|ZNFX1 antisense RNA 1|NCRNA00275|C20orf199|441951
PCA3|prostate cancer associated 3|DD3,NCRNA00019,PCAT3||50652
HULC|hepatocellular carcinoma up-regulated long non-coding RNA|HCCAT1,NCRNA00078,LINC00078||728655
CRNDE|colorectal neoplasia differentially expressed|LINC00180||643911
CDKN2B-AS1|CDKN2B antisense RNA 1|ANRIL,NCRNA00089,p15AS,PCAT12,CDKN2BAS||100048912
TERC|telomerase RNA component|TR,hTR,TRC3,SCARNA19||7012
SNHG29|small nucleolar RNA host gene 29||NCRNA00188,LRRC75A-AS1|125144
MIR22HG|MIR22 host gene|MGC14376|C17orf91|84981
CARMN|cardiac mesoderm enhancer-associated non-coding RNA|CARMEN|MIR143HG|728264
SOX2-OT|SOX2 overlapping transcript|NCRNA00043,SOX2OT||347689
RMST|rhabdomyosarcoma 2 associated transcript|NCRMS,NCRNA00054,LINC00054||196475
PANDAR|promoter of CDKN1A antisense DNA damage activated RNA|PANDA||101154753
CDKN1A|cyclin dependent kinase inhibitor 1A|P21,CIP1,WAF1,SDI1,CAP20,p21CIP1,p21Cip1/Waf1|CDKN1|1026
CDKN2A|cyclin dependent kinase inhibitor 2A|CDK4I,p16,INK4a,MTS1,CMM2,ARF,p19,p14,INK4,p16INK4a,p19Arf,p14ARF|CDKN2,MLM|1029
CDKN2B|cyclin dependent kinase inhibitor 2B|P15,MTS2,INK4B,TP15,CDK4I,p15INK4b||1030
CDKN1C|cyclin dependent kinase inhibitor 1C|P57,KIP2|BWCR,BWS|1028
MDM2|MDM2 proto-oncogene|HDM2,MGC5370||4193
BBC3|BCL2 binding component 3|JFY1,PUMA||27113
PMAIP1|phorbol-12-myristate-13-acetate-induced protein 1|NOXA|APR|5366
TNFRSF10B|TNF receptor superfamily member 10b|DR5,KILLER,TRICK2A,TRAIL-R2,TRICKB,CD262||8795
TNFRSF10A|TNF receptor superfamily member 10a|DR4,Apo2,TRAILR-1,CD261||8797
FAS|Fas cell surface death receptor|CD95,APO-1|FAS1,APT1,TNFRSF6|355
CXCL8|C-X-C motif chemokine ligand 8|SCYB8,LUCT,LECT,MDNCF,IL-8,NAP-1,MONAP,GCP-1,GCP1,NAP1|IL8|3576
CCL2|C-C motif chemokine ligand 2|MCP1,MCP-1,MCAF,SMC-CF,GDCF-2,HC11,MGC9434|SCYA2|6347
CCL5|C-C motif chemokine ligand 5|RANTES,SISd,TCP228,MGC17164|D17S136E,SCYA5|6352
CCL3|C-C motif chemokine ligand 3|G0S19-1,LD78ALPHA,MIP-1-alpha|SCYA3|6348
CXCL12|C-X-C motif chemokine ligand 12|SCYB12,SDF-1a,SDF-1b,PBSF,TLSF-a,TLSF-b,TPAR1|SDF1A,SDF1B,SDF1|6387
CXCR4|C-X-C motif chemokine receptor 4|LESTR,NPY3R,HM89,NPYY3R,D2S201E,fusin,HSY3RR,NPYR,CD184||7852
MS4A1|membrane spanning 4-domains A1|B1,Bp35,MS4A2|CD20|931
NCAM1|neural cell adhesion molecule 1|NCAM,CD56||4684
ITGAM|integrin subunit alpha M|MAC-1,CD11b|CR3A,CD11B|3684
ITGAX|integrin subunit alpha X|CD11c|CD11C|3687
ITGB2|integrin subunit beta 2|LFA-1,MAC-1|CD18,MFI7|3689
PTPRC|protein tyrosine phosphatase receptor type C|LCA,T200,GP180|CD45|5788
FCGR3A|Fc gamma receptor IIIa|CD16,CD16a|FCGR3,FCG3|2214
FCGR3B|Fc gamma receptor IIIb|CD16,CD16b|FCGR3,FCG3|2215
PECAM1|platelet and endothelial cell adhesion molecule 1|CD31||5175
THY1|Thy-1 cell surface antigen|CD90||7070
SDC1|syndecan 1|CD138,syndecan,SYND1|SDC|6382
HAVCR2|hepatitis A virus cellular receptor 2|Tim-3,TIM3,FLJ14428,TIMD3,CD366||84868
TNFRSF17|TNF receptor superfamily member 17|BCM,CD269,TNFRSF13A|BCMA|608
TNFSF13B|TNF superfamily member 13b|BAFF,THANK,BLYS,TALL-1,TALL1,CD257|TNFSF20|10673
TNFSF11|TNF superfamily member 11|TRANCE,RANKL,OPGL,ODF,CD254||8600
TNFRSF11A|TNF receptor superfamily member 11a|RANK,CD265,FEO|PDB2,LOH18CR1|8792
TNFRSF11B|TNF receptor superfamily member 11b|OCIF,TR1|OPG|4982
STING1|stimulator of interferon response cGAMP interactor 1|FLJ38577,NET23,ERIS,MPYS,STING|TMEM173|340061
CGAS|cyclic GMP-AMP synthase|cGAS|C6orf150,MB21D1|115004
BIRC5|baculoviral IAP repeat containing 5|EPR-1,survivin|API4|332
AURKB|aurora kinase B|Aik2,IPL1,AurB,AIM-1,ARK2,PPP1R48|STK12|9212
AURKA|aurora kinase A|BTAK,AurA,STK7,ARK1,PPP1R47,AIK|STK15,STK6|6790
CDK1|cyclin dependent kinase 1|CDC28A|CDC2|983
KIF11|kinesin family member 11|Eg5,HKSP,TRIP5|KNSL1|3832
NDC80|NDC80 kinetochore complex component|HEC,HEC1,hsNDC80,TID3|KNTC2|10403
PBK|PDZ binding kinase|SPK,FLJ14385,TOPK,Nori-3,CT84||55872
KNL1|kinetochore scaffold 1|KIAA1570,D40,CT29,AF15Q14,PPP1R55,hKNL-1,hSpc105|MCPH4,CASC5|57082
MRE11|MRE11 homolog, double strand break repair nuclease|ATLD,MRE11A||4361
NBN|nibrin|ATV,AT-V2,AT-V1|NBS,NBS1|4683
MSH2|mutS homolog 2|HNPCC,HNPCC1|COCA1|4436
PRKDC|protein kinase, DNA-activated, catalytic subunit|DNPK1,p350,DNAPK,XRCC7,DNA-PKcs|HYRC,HYRC1|5591
H2AX|H2A.X variant histone||H2AFX|3014
H2AZ1|H2A.Z variant histone 1|H2A.Z|H2AZ,H2AFZ|3015
H3C1|H3 clustered histone 1|H3/A|H3FA,HIST1H3A|8350
H4C1|H4 clustered histone 1|H4FA|HIST1H4A|8359
H2BC5|H2B clustered histone 5|H2B/b|H2BFB,HIST1H2BD|3017
H1-0|H1.0 linker histone|H10|H1FV,H1F0|3005
H3-3A|H3.3 histone A||H3F3,H3F3A|3020
MACROH2A1|macroH2A.1 histone|macroH2A1.2|H2AFY|9555
AARS1|alanyl-tRNA synthetase 1|CMT2N|AARS|16
WARS1|tryptophanyl-tRNA synthetase 1|GAMMA-2|IFI53,WARS|7453
EPRS1|glutamyl-prolyl-tRNA synthetase 1|EARS,PARS|QPRS,EPRS|2058
ATP5F1A|ATP synthase F1 subunit alpha|hATP1|ATPM,ATP5A,ATP5AL2,ATP5A1|498
ATP5F1B|ATP synthase F1 subunit beta||ATPSB,ATP5B|506
ATP5MC1|ATP synthase membrane subunit c locus 1||ATP5G,ATP5G1|516
ERO1A|endoplasmic reticulum oxidoreductase 1 alpha|ERO1-alpha|ERO1L|30001
HSPA5|heat shock protein family A (Hsp70) member 5|BiP|GRP78|3309
HSPA1A|heat shock protein family A (Hsp70) member 1A|HSP70-1|HSPA1|3303
HSPA8|heat shock protein family A (Hsp70) member 8|HSC71,HSC70,HSP73|HSPA10|3312
DDIT3|DNA damage inducible transcript 3|CHOP10,GADD153,CHOP||1649
HIF1A|hypoxia inducible factor 1 subunit alpha|MOP1,HIF-1alpha,PASD8,HIF1,bHLHe78||3091
NFE2L2|NFE2 like bZIP transcription factor 2|NRF2||4780
YAP1|Yes1 associated transcriptional regulator|YAP65||10413
WWTR1|WW domain containing transcription regulator 1|TAZ||25937
MAPK1|mitogen-activated protein kinase 1|ERK,ERK2,p41mapk,MAPK2|PRKM2,PRKM1|5594
MAPK3|mitogen-activated protein kinase 3|ERK1,p44mapk,p44erk1|PRKM3|5595
MAPK8|mitogen-activated protein kinase 8|JNK,JNK1,SAPK1|PRKM8|5599
MAPK14|mitogen-activated protein kinase 14|PRKM14,p38,Mxi2,PRKM15|CSPB1,CSBP1,CSBP2|1432
MTOR|mechanistic target of rapamycin kinase|RAFT1,RAPT1,FLJ44809|FRAP,FRAP2,FRAP1|2475
CTNNB1|catenin beta 1|beta-catenin,armadillo|CTNNB|1499
STK11|serine/threonine kinase 11|PJS,LKB1||6794
CDH1|cadherin 1|uvomorulin,CD324|UVO|999
KMT2A|lysine methyltransferase 2A|TRX1,HRX,ALL-1,HTRX1,CXXC7,MLL1A|MLL|4297
ESR1|estrogen receptor 1|NR3A1,Era|ESR|2099
PGR|progesterone receptor|PR,NR3C3||5241
KLK3|kallikrein related peptidase 3||APS,PSA|354
ACP3|acid phosphatase 3|ACP-3|ACPP|55
FOLH1|folate hydrolase 1|PSM,NAALAD1,NAALAdase,GCP2,GCPII|FOLH,PSMA|2346
CCN1|cellular communication network factor 1|GIG1|IGFBP10,CYR61|3491
CCN2|cellular communication network factor 2|IGFBP8|CTGF|1490
CAVIN2|caveolae associated protein 2|SDR,cavin-2|SDPR|8436
MPIG6B|megakaryocyte and platelet inhibitory receptor G6b|G6b,NG31|C6orf25|80739
LORICRIN|loricrin cornified envelope precursor protein|LRN|LOR|4014
CNMD|chondromodulin|CHM-I,BRICD3,CHM1,MYETS1|LECT1|11061
TBXT|T-box transcription factor T||T|6862
CLTRN|collectrin, amino acid transport regulator|NX17|TMEM27|57393
G6PC1|glucose-6-phosphatase catalytic subunit 1|GSD1a|G6PT,G6PC|2538
ODAD1|outer dynein arm docking complex subunit 1|CILD20|CCDC114|93233
DNAAF11|dynein axonemal assembly factor 11||LRRC6|23639
CFAP298|cilia and flagella associated protein 298||C21orf59|56683
"""
"""Symbol, name, aliases, previous symbols and NCBI gene number; an empty field where none is given."""
