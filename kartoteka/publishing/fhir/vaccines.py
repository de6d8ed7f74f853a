"""Which disease a vaccine protects from: CVX codes (CDC, public) by their vaccine group.

A combined vaccine counts for the group under which schedules count it.
"""

from typing import Final

CVX_SYSTEM: Final = "http://hl7.org/fhir/sid/cvx"
OTHER: Final = "OTHER"

_GROUPS: Final = {
    "HPV": "62 118 137 165",
    "MMR": "03 04 05 06 07 94",
    "HEPA": "31 52 83 84 85 104",
    "HEPB": "08 42 43 44 45 51 189 220",
    "INFLUENZA": "15 16 88 111 135 140 141 144 149 150 151 153 155 158 161 166 168 171 185 186 194 197 200 201 202 205",
    "TDAP": "115",
    "TD": "09 113 138 139 196",
    "DTP": "01 20 22 28 50 102 106 107 110 120 130 132 146 170",
    "TETANUS": "35 112 142",
    "POLIO": "02 10 89 178 179 182",
    "HIB": "17 46 47 48 49",
    "PNEUMOCOCCAL": "33 100 109 133 152 177 215 216",
    "MENINGOCOCCAL": "32 103 108 114 136 147 148 162 163 164 203",
    "ROTAVIRUS": "74 116 119 122",
    "VARICELLA": "21",
    "ZOSTER": "121 187 188",
    "COVID-19": "207 208 210 211 212 213 217 218 219 221 228 229 230 300 301 302 308 309 310 311 312 313",
    "TBE": "77 223 224",
    "YELLOW-FEVER": "37 183 184",
    "TYPHOID": "25 41 53 91 101 190",
    "RABIES": "18 40 90 175 176",
    "JE": "39 129 134",
    "CHOLERA": "26 172 173 174",
    "BCG": "19",
    "RSV": "303 304 305 326",
}
_DISEASES: Final = {code: disease for disease, codes in _GROUPS.items() for code in codes.split()}


def target_disease(cvx_codes: list[str]) -> str:
    """The disease of the first code that is known; one digit is written with a leading zero."""
    known = (_DISEASES.get(code.zfill(2)) for code in cvx_codes)
    return next((disease for disease in known if disease), OTHER)
